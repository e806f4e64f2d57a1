using Understudy.Inference.Cascades;

namespace Understudy.Inference.Decoding;

/// <summary>A model that answers an input with a text. Implementations are thread-safe.</summary>
public interface ITextWriter : ITierModel
{
    /// <summary>The same model with other things going ahead of it, as <see cref="Speculation.SpeculationNames"/> names them. It shares everything with this one, which goes on owning it.</summary>
    ITextWriter With(string speculation) => this;

    /// <param name="draft">A student's text, which goes ahead: what the model would have written too is verified in few passes. Null for none.</param>
    /// <param name="onText">Told each piece of the text as it becomes certain; null for nobody.</param>
    /// <exception cref="Batching.OverloadedException">Too many wait for the model.</exception>
    Task<WrittenText> WriteAsync(string input, string? draft, Action<string>? onText, CancellationToken cancellationToken);
}
