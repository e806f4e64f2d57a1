using Understudy.Inference.Cascades;

namespace Understudy.Inference.Decoding;

/// <summary>A model that answers an input with a text. Implementations are thread-safe.</summary>
public interface ITextWriter : ITierModel
{
    /// <param name="draft">A student's text, which goes ahead: what the model would have written too is verified in few passes. Null for none.</param>
    /// <param name="onText">Told each piece of the text as it becomes certain; null for nobody.</param>
    /// <exception cref="Batching.OverloadedException">Too many wait for the model.</exception>
    Task<WrittenText> WriteAsync(string input, string? draft, Action<string>? onText, CancellationToken cancellationToken);
}
