namespace Understudy.Inference.PromptCompression;

/// <summary>Which sentences of the documents stay. All but <see cref="Relevant"/> are there to be measured against.</summary>
public enum SentenceChoice
{
    /// <summary>Those that fit the question best.</summary>
    Relevant,

    /// <summary>The first ones: the prompt is cut off.</summary>
    Leading,

    /// <summary>Any, drawn with <see cref="CompressionOptions.Seed"/>.</summary>
    Random,
}
