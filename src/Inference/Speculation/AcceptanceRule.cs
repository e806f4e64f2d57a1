namespace Understudy.Inference.Speculation;

/// <summary>Which proposals are taken.</summary>
public enum AcceptanceRule
{
    /// <summary>The output is distributed exactly as without speculation; with greedy options it is the same, token for token.</summary>
    Lossless,

    /// <summary>
    /// Medusa's typical acceptance (arXiv 2401.10774): a token passes when the target finds it probable enough for how sure it is,
    /// p &gt; min(0.09, 0.3·e^(−H)). Faster, and not the target's distribution.
    /// </summary>
    Typical,
}
