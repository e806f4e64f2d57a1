using Understudy.Inference.Receipts;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Pipelines;

/// <summary>Stage 1: what the models are to read. Nothing is cut, because classifiers bound their own input.</summary>
internal static class CompressStage
{
    public const string Name = "compress";

    public static PipelineItem Run(Release release, PipelineItem item)
    {
        var stage = new ReceiptStage(Name, "passed", $"the task {release.Manifest.Task} sends its inputs as they are", 0);
        return item with { Stages = [.. item.Stages, stage] };
    }
}
