export default function ReviewView() {
  return null;
}
