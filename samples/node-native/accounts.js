// Accounts with passwords, of which only the hashes are kept, until the process ends.
import { compare, hash } from "bcrypt";

const ROUNDS = 10;

export class Accounts {
  #hashes = new Map();

  // Whether the name was free.
  async add(name, password) {
    if (this.#hashes.has(name)) {
      return false;
    }
    this.#hashes.set(name, await hash(password, ROUNDS));
    return true;
  }

  // Nobody learns from the time it takes whether there is such a name.
  async check(name, password) {
    const known = this.#hashes.get(name);
    const matches = await compare(password, known ?? (await hash("", ROUNDS)));
    return known !== undefined && matches;
  }
}
