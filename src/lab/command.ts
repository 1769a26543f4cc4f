export async function labCommand() {
  return 0;
}
