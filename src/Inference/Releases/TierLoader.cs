using Understudy.Inference.Batching;
using Understudy.Inference.Cascades;
using Understudy.Inference.Classification;
using Understudy.Inference.Linear;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Releases;

/// <summary>Opens a tier's model. The files' content is known to be what the manifest says.</summary>
internal static class TierLoader
{
    /// <exception cref="ModelInvalidException">The model or its tokenizer cannot be used.</exception>
    public static Tier Load(string folder, TierManifest tier, TimeProvider time)
    {
        ITextClassifier classifier = tier.Kind == "linear" ? Linear(folder, tier) : Encoder(folder, tier);
        return new(tier.Name, classifier, tier.Temperature, tier.Role == "lead" ? 0 : tier.Threshold, tier.MillisecondsPerItem)
        {
            Pool = tier.OpinionPool(),
            // A linear model takes microseconds: waiting for one another would cost more than it saves.
            Batcher = tier.Kind == "linear" ? null : new ScoreBatcher(classifier, new(), time),
        };
    }

    private static LinearClassifier Linear(string folder, TierManifest tier) =>
        Read(tier.Model, () => LinearClassifier.Load(Path.Combine(folder, tier.Model)));

    private static EncoderClassifier Encoder(string folder, TierManifest tier)
    {
        var tokenizer = Read(tier.Tokenizer!, () => SentencePieceEncoder.Load(Path.Combine(folder, tier.Tokenizer!)));
        return new(tier.Name, EncoderClassifier.Open(Path.Combine(folder, tier.Model)), tier.Model, tokenizer.Encode, tier.MaxTokens, tier.Ngrams);
    }

    private static T Read<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not (ModelInvalidException or OutOfMemoryException))
        {
            throw new ModelInvalidException($"'{file}' cannot be read: {error.Message.TrimEnd('.')}. Copy or export it again.", error);
        }
    }
}
