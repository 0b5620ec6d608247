import fc from "fast-check";

// Loaded before every test file. A failing property prints its seed; `FC_SEED=<that> npm test -- <file>`
// runs it again. In CI the seed is fixed: a change is judged by what it changes. Everywhere else
// each run tries something new.
const text = process.env["FC_SEED"] ?? (process.env["CI"] === undefined ? undefined : "20261123");
if (text !== undefined) fc.configureGlobal({ seed: Number(text) });
