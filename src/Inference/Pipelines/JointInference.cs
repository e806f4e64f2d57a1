using Understudy.Inference.Releases;

namespace Understudy.Inference.Pipelines;

public sealed class JointInference(ReleaseCatalog catalog, TimeProvider? time = null)
{
    private readonly ReleaseCatalog _catalog = catalog;
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public Task<IReadOnlyList<Answer>> InferAsync(
        string task, IReadOnlyList<InferenceInput> inputs, CancellationToken cancellationToken = default, string? release = null) =>
        throw new NotImplementedException($"{_catalog} {_time}");

    public IReadOnlyList<PipelineItem> Compress(Release release, IReadOnlyList<PipelineItem> items) => throw new NotImplementedException();
    public IReadOnlyList<PipelineItem> Cascade(Release release, IReadOnlyList<PipelineItem> items) => throw new NotImplementedException();
    public IReadOnlyList<PipelineItem> Verify(Release release, IReadOnlyList<PipelineItem> items) => throw new NotImplementedException();
    public IReadOnlyList<Answer> Stack(Release release, IReadOnlyList<PipelineItem> items) => throw new NotImplementedException();
}
