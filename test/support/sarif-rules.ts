/**
 * What is wrong with a log of SARIF 2.1.0, one line a fault. These are the rules that the
 * standard's schema has for what our logs hold, written down here by hand: a property that is not
 * listed is a fault, although the schema may know it. To them come the demands of GitHub's code
 * scanning.
 */
export function sarifFaults(log: unknown): readonly string[] {
  const faults: string[] = [];
  check(log, LOG, "log", faults);
  return faults;
}

type Rule =
  | { readonly is: "text"; readonly pattern?: RegExp; readonly longest?: number }
  | { readonly is: "integer"; readonly least: number }
  | { readonly is: "list"; readonly of: Rule; readonly most: number; readonly least?: number; readonly distinct?: boolean }
  | { readonly is: "object"; readonly has: Readonly<Record<string, Rule>> };

/** An empty text is none for GitHub. */
const TEXT: Rule = { is: "text" };
const LEVEL: Rule = { is: "text", pattern: /^(?:none|note|warning|error)$/ };
const PLACE: Rule = { is: "integer", least: 1 };
/**
 * A reference relative to the top of the repository: no scheme, no `..`, and nothing that would
 * have to be encoded.
 */
const URI: Rule = {
  is: "text",
  pattern: /^(?!\/)(?:(?!\.{1,2}(?:\/|$))(?:[\w.!~*'()-]|%[0-9A-F]{2})+(?:\/|$))+(?<!\/)$/,
};

function described(longest: number): Rule {
  return { is: "object", has: { text: { is: "text", longest } } };
}

const RULE: Rule = {
  is: "object",
  has: {
    id: { is: "text", longest: 255 },
    name: { is: "text", longest: 255 },
    shortDescription: described(1_024),
    fullDescription: described(1_024),
    help: described(65_536),
    defaultConfiguration: { is: "object", has: { level: LEVEL } },
    properties: {
      is: "object",
      has: {
        tags: { is: "list", of: TEXT, most: 20, distinct: true },
        precision: { is: "text", pattern: /^(?:very-high|high|medium|low)$/ },
      },
    },
  },
};

const RESULT: Rule = {
  is: "object",
  has: {
    ruleId: { is: "text", longest: 255 },
    ruleIndex: { is: "integer", least: 0 },
    level: LEVEL,
    message: { is: "object", has: { text: TEXT } },
    locations: {
      is: "list",
      most: 1_000,
      least: 1,
      of: {
        is: "object",
        has: {
          physicalLocation: {
            is: "object",
            has: {
              artifactLocation: { is: "object", has: { uri: URI, uriBaseId: TEXT } },
              region: { is: "object", has: { startLine: PLACE, startColumn: PLACE, endLine: PLACE, endColumn: PLACE } },
            },
          },
        },
      },
    },
    partialFingerprints: { is: "object", has: { primaryLocationLineHash: { is: "text", pattern: /^[0-9a-f]{16}:\d+$/ } } },
  },
};

const LOG: Rule = {
  is: "object",
  has: {
    $schema: { is: "text", pattern: /^https:\/\/\S+$/ },
    version: { is: "text", pattern: /^2\.1\.0$/ },
    runs: {
      is: "list",
      most: 20,
      of: {
        is: "object",
        has: {
          tool: {
            is: "object",
            has: {
              driver: {
                is: "object",
                has: { name: TEXT, version: TEXT, semanticVersion: TEXT, rules: { is: "list", of: RULE, most: 25_000, distinct: true } },
              },
            },
          },
          automationDetails: { is: "object", has: { id: TEXT } },
          columnKind: { is: "text", pattern: /^(?:utf16CodeUnits|unicodeCodePoints)$/ },
          results: { is: "list", of: RESULT, most: 25_000 },
        },
      },
    },
  },
};

function check(value: unknown, rule: Rule, at: string, faults: string[]): void {
  const fault = (text: string): void => void faults.push(`${at} ${text}`);
  switch (rule.is) {
    case "text": {
      if (typeof value !== "string" || value === "") return fault("is no text");
      if (!value.isWellFormed()) fault("is not well-formed");
      if (rule.pattern?.test(value) === false) fault(`is ${JSON.stringify(value)}`);
      if (value.length > (rule.longest ?? Infinity)) fault("is too long");
      return;
    }
    case "integer":
      if (!Number.isSafeInteger(value) || (value as number) < rule.least) fault(`is ${String(value)}`);
      return;
    case "list": {
      if (!Array.isArray(value)) return fault("is no list");
      if (value.length > rule.most || value.length < (rule.least ?? 0)) fault(`has ${value.length} items`);
      if (rule.distinct === true && new Set(value.map((item) => JSON.stringify(item))).size < value.length) fault("has an item twice");
      for (const [index, item] of value.entries()) check(item, rule.of, `${at}[${index}]`, faults);
      return;
    }
    case "object": {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return fault("is no object");
      const parts = value as Readonly<Record<string, unknown>>;
      for (const key of Object.keys(rule.has)) if (!Object.hasOwn(parts, key)) fault(`lacks ${key}`);
      for (const [key, part] of Object.entries(parts)) {
        const inner = rule.has[key];
        if (inner === undefined) fault(`has ${key}`);
        else check(part, inner, `${at}.${key}`, faults);
      }
    }
  }
}
