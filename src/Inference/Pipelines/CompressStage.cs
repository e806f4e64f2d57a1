using Understudy.Inference.Mail;
using Understudy.Inference.Receipts;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Pipelines;

/// <summary>Stage 1: what the models are to read. A mail is rendered to text here, once; then the text is shortened as the release or its task says.</summary>
internal static class CompressStage
{
    private const string Name = "compress";

    public static PipelineItem Run(Release release, PipelineItem item, TimeProvider time)
    {
        var mail = release.Manifest.Input == "mail";
        if (!mail && release.Compression.Name == InputCompression.None)
        {
            return item with { Stages = [.. item.Stages, new ReceiptStage(Name, "passed", "the task sends its inputs as they are", 0)] };
        }

        var start = time.GetTimestamp();
        var (text, outcome, reason) = release.Compression.Apply(item.CompressedInput ?? (mail ? MailText.Render(item.Input) : item.Input));
        var stage = new ReceiptStage(Name, outcome, mail ? $"the mail was rendered to text and {reason}" : reason, time.GetElapsedTime(start).TotalMilliseconds);
        return item with { CompressedInput = text == item.Input ? null : text, Stages = [.. item.Stages, stage] };
    }
}
