using Understudy.Inference.Decoding;

namespace Understudy.Verifier.OpenAi;

internal static class FinishWords
{
    /// <summary>OpenAI's word; null while there is more to come.</summary>
    public static string? Word(this FinishReason finish) => finish switch
    {
        FinishReason.Stop => "stop",
        FinishReason.Length => "length",
        _ => null,
    };
}
