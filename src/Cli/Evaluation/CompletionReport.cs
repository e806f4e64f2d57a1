using System.Diagnostics.CodeAnalysis;

namespace Understudy.Cli.Evaluation;

/// <summary>What <c>evaluate</c> measures of a release on texts with their completions.</summary>
internal sealed record CompletionReport : DecodingReport
{
    [SetsRequiredMembers]
    public CompletionReport(DecodingReport measured)
        : base(measured)
    {
    }

    /// <summary>Share of the records that the lead answers as it should; where answers are JSON the same value counts, however it is written.</summary>
    public double ExactMatch { get; init; }

    /// <summary>As <see cref="ExactMatch"/>, of the draft alone; null without one.</summary>
    public double? DraftExactMatch { get; init; }

    /// <summary>Share of the lead's answers that satisfy the task's schema; null without one.</summary>
    public double? ValidJson { get; init; }

    /// <summary>As <see cref="ValidJson"/>, of the draft alone; null without a schema or a draft.</summary>
    public double? DraftValidJson { get; init; }
}
