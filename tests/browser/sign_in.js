// Signs the browser of a test in, as people do.
import { execFileSync } from "node:child_process";

export const password = "correct horse battery staple";

// Makes an account beside the running server; the path at which its owner chooses a password.
export function invite({ binary, folder }, email, role) {
  const words = ["account", "create", email, "--role", role, "--json", "--data-dir", folder];
  return JSON.parse(execFileSync(binary, words, { encoding: "utf8" })).path;
}

// Chooses a password on the page of a link, which signs in. The first admin says who they are.
export async function choosePassword(page, email) {
  if (email) await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password, of 12 characters or more").fill(password);
  await page.getByLabel("The same once more").fill(password);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

// Signs in at a link: what later contexts begin with.
export async function signIn(browser, link, email) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await choosePassword(page, email);
  const storageState = await context.storageState();
  await context.close();
  return storageState;
}
