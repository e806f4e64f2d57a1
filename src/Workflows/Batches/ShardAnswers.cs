using Understudy.Inference.Pipelines;

namespace Understudy.Workflows.Batches;

/// <summary>What the answers of a step add to the account of its batch.</summary>
/// <param name="AnsweredBy">Answers by the tier that gave them.</param>
/// <param name="Degraded">Answers given without the lead although it was asked for.</param>
/// <param name="ModelMilliseconds">Time that models took.</param>
/// <param name="LeadMilliseconds">Time that the lead alone would have taken; of a lead behind an endpoint for what it answered only.</param>
/// <param name="UnansweredLines">The numbers of the lines that nobody answers; null when there are none.</param>
internal sealed record ShardAnswers(
    IReadOnlyDictionary<string, int> AnsweredBy,
    int Degraded,
    double ModelMilliseconds,
    double LeadMilliseconds,
    IReadOnlyList<long>? UnansweredLines = null)
{
    public static ShardAnswers Of(IReadOnlyList<Answer> answers) => new(
        answers.GroupBy(answer => answer.Receipt.AnsweredBy).ToDictionary(group => group.Key, group => group.Count()),
        answers.Count(answer => answer.Receipt.Degraded),
        answers.Sum(answer => answer.Receipt.ModelMilliseconds),
        answers.Sum(answer => answer.Receipt.LeadMilliseconds));
}
