using Understudy.Inference.Pipelines;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Requests;

internal sealed record StageInput(string Task, string Release, Claim<IReadOnlyList<PipelineItem>> Items);
