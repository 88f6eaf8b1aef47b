import type { Assessment } from '../../capability/assess.ts';

/** One thing that another tool says, beside what we say. */
export interface Comparison {
  readonly tool: string;
  readonly about: string;
  readonly theirs: string;
  readonly ours: string;
  /** Undefined when the tool did not say. */
  readonly agrees?: boolean;
  /** Why we differ; empty when we do not. */
  readonly why: string;
}

/** Compares what a tool printed, on both streams, with what we found. */
export type Compare = (output: string, assessment: Assessment) => Omit<Comparison, 'tool'>[];
