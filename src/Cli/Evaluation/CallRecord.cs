using Understudy.Inference.FunctionCalls;

namespace Understudy.Cli.Evaluation;

/// <summary>A request and the call that it should become; the order of slots does not count.</summary>
internal sealed record CallRecord(string Text, FunctionCall Call) : IExpectedAnswer
{
    public bool IsRight(string answer) => FunctionCall.TryParse(answer, out var call) && call!.Equals(Call);
}
