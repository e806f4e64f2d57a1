namespace Understudy.Inference.PromptCompression;

/// <summary>A sentence of a document that may stay.</summary>
/// <param name="Document">The document's index.</param>
/// <param name="Words">Which of its words.</param>
/// <param name="Score">Sentences with greater scores stay first.</param>
internal readonly record struct Sentence(int Document, Range Words, double Score);
