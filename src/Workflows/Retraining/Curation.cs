namespace Understudy.Workflows.Retraining;

/// <summary>What became of the lessons.</summary>
/// <param name="Read">Lines read.</param>
/// <param name="Malformed">Lines that are no lesson of this task; the newest thousand are in <c>quarantine</c>.</param>
/// <param name="Duplicates">Left out, because the same text was there already.</param>
/// <param name="NearDuplicates">Left out, because all but the same text was there already.</param>
/// <param name="Conflicting">Left out, because the same text was labelled differently without a clear majority.</param>
/// <param name="Leaked">Left out, because the text stands in the regression set.</param>
/// <param name="Usable">What is left and can teach.</param>
/// <param name="ByLabel">The balance of those.</param>
/// <param name="LeadAgreement">The share of a sample in which the lead said the same again; null where it was not asked.</param>
/// <param name="Train">Lessons to learn from.</param>
/// <param name="Calibration">Lessons to choose thresholds on.</param>
/// <param name="Held">Lessons for the gate.</param>
/// <param name="Regression">Examples of the frozen regression set.</param>
/// <param name="Problem">Why nothing can be trained on them; null when something can.</param>
public sealed record Curation(
    int Read,
    int Malformed,
    int Duplicates,
    int NearDuplicates,
    int Conflicting,
    int Leaked,
    int Usable,
    IReadOnlyDictionary<string, int> ByLabel,
    double? LeadAgreement,
    int Train,
    int Calibration,
    int Held,
    int Regression,
    string? Problem = null)
{
    /// <summary>Of a task whose answers are calls: not learned from, because a value is no words of the request.</summary>
    public int Absent { get; init; }

    /// <summary>Not learned from, because a value stands in the request more than once, and it is not certain which it is.</summary>
    public int Ambiguous { get; init; }

    /// <summary>Left out, because the task's schema does not allow the call.</summary>
    public int OutsideSchema { get; init; }

    /// <summary>Of the lessons for thresholds and for the gate, those that could not be learned from: they are the lead's answers all the same.</summary>
    public int OnlyJudged { get; init; }

    /// <summary>Not drawn for thresholds this time, and not learned from either, because weights change and a later run may draw them.</summary>
    public int Undrawn { get; init; }

    /// <summary>Releases whose lessons thresholds are chosen on, each with the weight that the counts of its audits give; none where too little was audited, null where none were parted.</summary>
    public IReadOnlyList<string>? Audited { get; init; }

    /// <summary>Lessons were not even looked at.</summary>
    internal static Curation Refused(string problem) => new(0, 0, 0, 0, 0, 0, 0, new Dictionary<string, int>(), null, 0, 0, 0, 0, problem);
}
