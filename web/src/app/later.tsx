import { Component, type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { tell } from "./notices";

const failed = new Set<() => void>(); // shows a part that did not come once more

/** A part's file did not come: the connection is gone, or the server has another version by now. */
class NotLoaded extends Error {}

/**
 * A part of the page that is loaded when it is first shown; until then `meanwhile` stands in its place.
 *
 * Where it does not come, a notice says so and the rest of the page stays: React by itself takes the whole page away. A
 * dialog counts as closed then, so that its key asks for it again.
 */
export function later<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  meanwhile: ReactNode = null,
): ComponentType<Props> {
  const ask = () =>
    lazy<ComponentType<Props>>(() =>
      load().catch((cause: unknown) => {
        throw new NotLoaded("a part of the page did not come", { cause });
      }),
    );
  let Part = ask();
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each part, where its module is, as React's lazy is
  return function Later(props: Props) {
    const onFail = (again: () => void) => {
      Part = ask(); // React keeps the failure of the old one
      if ("onClose" in props && typeof props.onClose === "function") props.onClose();
      else failed.add(again);
      tell.notLoaded(failed.size > 0 ? showAgain : undefined);
    };
    return (
      <Boundary meanwhile={meanwhile} onFail={onFail}>
        {() => (
          <Suspense fallback={meanwhile}>
            <Part {...props} />
          </Suspense>
        )}
      </Boundary>
    );
  };
}

function showAgain(): void {
  const parts = [...failed];
  failed.clear();
  for (const again of parts) again();
}

interface BoundaryProps {
  meanwhile: ReactNode;
  onFail(again: () => void): void;
  children(): ReactNode; // asked again where a part is tried again
}

class Boundary extends Component<BoundaryProps, { error: unknown }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: unknown) {
    if (error instanceof NotLoaded) this.props.onFail(() => this.setState({ error: null }));
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children();
    if ((error as unknown) instanceof NotLoaded) return this.props.meanwhile;
    throw error;
  }
}
