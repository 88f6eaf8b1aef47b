// A file as text: Vite knows `?raw`, and scripts/build.mjs has a plugin for it.
declare module '*?raw' {
  const text: string;
  export default text;
}
