using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Leads;

/// <summary>Who has the last word on what the students were not sure of: the release's own lead, or one behind an endpoint. Thread-safe.</summary>
internal interface ILead
{
    /// <summary>Whether it reads what a student made of an input.</summary>
    bool ReadsStudents(Release release);

    /// <summary>A ruling for each item, in order. A lead that fails says so in the ruling.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="Batching.OverloadedException">Too many texts wait for a model in process.</exception>
    ValueTask<LeadRuling[]> RuleAsync(Release release, IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken);
}
