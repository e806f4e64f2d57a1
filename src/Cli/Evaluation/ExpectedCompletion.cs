using Understudy.Inference.Datasets;

namespace Understudy.Cli.Evaluation;

/// <summary>A text and the answer that should be written to it: the same text, or where answers are JSON the same value.</summary>
internal sealed record ExpectedCompletion(CompletionRecord Record, bool IsJson) : IExpectedAnswer
{
    public string Text => Record.Text;

    public bool IsRight(string answer) => Record.IsAnsweredBy(answer, IsJson);
}
