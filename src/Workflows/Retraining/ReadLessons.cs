using Understudy.Inference.Datasets;

namespace Understudy.Workflows.Retraining;

/// <summary>What was read of a snapshot.</summary>
/// <param name="Lessons">In the order in which they were written.</param>
/// <param name="Malformed">How many lines are no lesson.</param>
/// <param name="SetAside">The newest of these.</param>
internal sealed record ReadLessons(IReadOnlyList<DatasetRecord> Lessons, int Malformed, IReadOnlyList<QuarantinedLesson> SetAside)
{
    public int Lines => Lessons.Count + Malformed;
}
