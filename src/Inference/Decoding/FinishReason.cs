namespace Understudy.Inference.Decoding;

/// <summary>Why a generation ended.</summary>
public enum FinishReason
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>An end token, a stop string, or the end of what a grammar allows.</summary>
    Stop,

    /// <summary>The most tokens asked for, or the model's context.</summary>
    Length,
}
