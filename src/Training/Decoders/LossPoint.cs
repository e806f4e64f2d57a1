namespace Understudy.Training.Decoders;

/// <summary>Something measured in a training.</summary>
/// <param name="Kind"><c>text</c>, <c>call</c> or <c>answer</c> for a step's loss; <c>dev text</c>, <c>dev call</c>, <c>dev answer</c> and <c>dev exact</c> for held-out texts.</param>
internal sealed record LossPoint(int Step, string Kind, double Value);
