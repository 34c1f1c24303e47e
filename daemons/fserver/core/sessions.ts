import type { ClientId } from "../../core/brand.ts";

/** Names one connection of a server, for as long as it lasts. */
export type ConnectionId = number;

/** One life of a client, as a member knows it. */
export type Session = {
  readonly client: ClientId;
  host: string;
  at: string;
  connection: ConnectionId | undefined;
  /** When something was last heard of it. */
  heardMs: number;
  /** The present lead knows what it holds: it was opened there, or has reclaimed. */
  isReclaimed: boolean;
  /** It was levelled since it was heard last. */
  isLevel: boolean;
};

/** The sessions that a member knows, and the connection of each. */
export class Sessions {
  readonly #sessions = new Map<ClientId, Session>();

  /** @param known Those of before this start; they may come back. */
  constructor(known: readonly ClientId[], nowMs: number) {
    for (const client of known) this.#make(client, nowMs);
  }

  get(client: ClientId): Session | undefined {
    return this.#sessions.get(client);
  }

  all(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  /**
   * The connection stands for this session from now on.
   * @returns The session, and its connection before, if it had another one.
   */
  attach(
    connection: ConnectionId,
    client: ClientId,
    nowMs: number,
  ): { readonly session: Session; readonly replaced: ConnectionId | undefined } {
    const session = this.#sessions.get(client) ?? this.#make(client, nowMs);
    const replaced = session.connection === connection ? undefined : session.connection;
    session.connection = connection;
    session.heardMs = nowMs;
    session.isLevel = false;
    return { session, replaced };
  }

  end(client: ClientId): void {
    this.#sessions.delete(client);
  }

  /** This process stood still: nobody was silent, it was deaf. */
  heardAll(nowMs: number): void {
    for (const session of this.#sessions.values()) if (session.connection !== undefined) session.heardMs = nowMs;
  }

  #make(client: ClientId, nowMs: number): Session {
    const session = {
      client,
      host: "",
      at: "",
      connection: undefined,
      heardMs: nowMs,
      isReclaimed: false,
      isLevel: false,
    };
    this.#sessions.set(client, session);
    return session;
  }
}
