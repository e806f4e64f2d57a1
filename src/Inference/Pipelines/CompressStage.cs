using Understudy.Inference.Mail;
using Understudy.Inference.Receipts;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Pipelines;

/// <summary>Stage 1: what the models are to read. A mail is rendered to text here, once; nothing is cut, because classifiers bound their own input.</summary>
internal static class CompressStage
{
    public const string Name = "compress";

    public static PipelineItem Run(Release release, PipelineItem item, TimeProvider time)
    {
        if (release.Manifest.Input != "mail")
        {
            return item with { Stages = [.. item.Stages, new ReceiptStage(Name, "passed", "the task sends its inputs as they are", 0)] };
        }

        var start = time.GetTimestamp();
        var text = item.CompressedInput ?? MailText.Render(item.Input);
        var stage = new ReceiptStage(Name, "passed", "the mail was rendered to text and nothing was cut", time.GetElapsedTime(start).TotalMilliseconds);
        return item with { CompressedInput = text == item.Input ? null : text, Stages = [.. item.Stages, stage] };
    }
}
