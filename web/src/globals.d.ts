/** False in the static build, which has no server to ask. */
declare const __WITH_SERVER__: boolean;
