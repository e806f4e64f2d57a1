using Understudy.Inference.Pipelines;
using Understudy.Inference.Receipts;

namespace Understudy.Workflows.Batches;

/// <summary>One line of <c>results/{task}/{name}.jsonl</c>.</summary>
/// <param name="Id">The record's id, or <c>line-N</c> when it has none.</param>
/// <param name="Line">The record's line in the input, from 1.</param>
public sealed record BatchResult(
    string Id,
    long Line,
    string? Label,
    double Confidence,
    IReadOnlyDictionary<string, double> Probabilities,
    Receipt Receipt)
{
    /// <summary>For a generation task: the text, and no label.</summary>
    public string? Completion { get; init; }

    /// <param name="line">The record's line in the input, from 1.</param>
    public static BatchResult Of(Answer answer, long line) =>
        new(answer.Id, line, answer.Label, answer.Confidence, answer.Probabilities, answer.Receipt) { Completion = answer.Completion };
}
