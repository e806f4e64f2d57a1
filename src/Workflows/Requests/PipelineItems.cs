using Understudy.Inference.Pipelines;

namespace Understudy.Workflows.Requests;

internal static class PipelineItems
{
    /// <summary>Inputs as the first stage takes them.</summary>
    public static IReadOnlyList<PipelineItem> From(IReadOnlyList<InferenceInput> inputs) =>
        [.. inputs.Select(input => new PipelineItem { Id = input.Id, Input = input.Text })];
}
