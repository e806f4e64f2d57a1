using Understudy.Inference.FunctionCalls;

namespace Understudy.Cli.Evaluation;

/// <summary>A request and the call that it should become.</summary>
internal sealed record CallRecord(string Text, FunctionCall Call);
