namespace Understudy.Workflows.Batches;

/// <summary>The account of a finished batch.</summary>
/// <param name="Input">The blob that was answered, with its container.</param>
/// <param name="Results">The blob that holds the answers, with its container.</param>
/// <param name="Quarantine">The blob that holds the malformed lines, and those that neither the lead nor a student answers; null when there were none.</param>
/// <param name="Records">Lines that were not blank: <paramref name="Answered"/> + <paramref name="Malformed"/>.</param>
/// <param name="Malformed">Lines in <paramref name="Quarantine"/>.</param>
/// <param name="MalformedLines">The first of their numbers, at most 100.</param>
/// <param name="AnsweredBy">Answers by the tier that gave them.</param>
/// <param name="Deferred">Records that no student answered.</param>
/// <param name="Degraded">Answers given without the lead although it was asked for.</param>
/// <param name="ModelMilliseconds">Time that models took.</param>
/// <param name="LeadMilliseconds">Time that the lead alone would have taken; of a lead behind an endpoint for what it answered only, since no more is known.</param>
public sealed record BatchSummary(
    string Task,
    string Release,
    string Input,
    string Results,
    string? Quarantine,
    int Records,
    int Answered,
    int Malformed,
    IReadOnlyList<long> MalformedLines,
    IReadOnlyDictionary<string, int> AnsweredBy,
    int Deferred,
    int Degraded,
    double ModelMilliseconds,
    double LeadMilliseconds,
    int Shards,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt);
