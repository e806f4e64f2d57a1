using Understudy.Inference.Batching;
using Understudy.Inference.Cascades;
using Understudy.Inference.Classification;

namespace Understudy.Inference.Releases;

/// <summary>Opens a tier's model. The files' content is known to be what the manifest says.</summary>
internal static class TierLoader
{
    /// <exception cref="ModelInvalidException">The model or its tokenizer cannot be used.</exception>
    public static Tier Load(string folder, TierManifest tier, BatchingOptions batching, TimeProvider time) =>
        throw new ModelInvalidException($"'{tier.Model}' in '{folder}' is of kind '{tier.Kind}', which this version cannot load. Use a later one.");
}
