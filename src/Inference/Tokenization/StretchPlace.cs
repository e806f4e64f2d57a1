namespace Understudy.Inference.Tokenization;

/// <summary>Where a stretch of text stands, for steps that put something before it.</summary>
internal enum StretchPlace
{
    /// <summary>The text begins with it.</summary>
    First,

    /// <summary>Behind an added token, or behind a piece that is cut off.</summary>
    Later,

    /// <summary>It goes on from a text that stands elsewhere.</summary>
    Continued,
}
