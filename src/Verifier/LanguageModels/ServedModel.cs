using Understudy.Inference.Decoding;
using Understudy.Inference.Speculation;

namespace Understudy.Verifier.LanguageModels;

/// <summary>A loaded model with what goes ahead of it. Thread-safe.</summary>
internal sealed class ServedModel : IDisposable
{
    private readonly Understudies _models;
    private readonly string[] _ahead;

    /// <param name="models">Owned from here on.</param>
    public ServedModel(string name, Understudies models, bool speculate, DateTimeOffset created)
    {
        (Name, _models, Created) = (name, models, created);
        Chat = ChatTemplate.For(Model.Tokenizer);

        // Earlier answers are other callers': they go ahead of nobody else's.
        _ahead = speculate ? [.. models.Available.Where(proposer => proposer != "cache")] : [];
        Model.Decoder.Measure(); // now, not while the first caller waits
        if (speculate)
        {
            _ = Model.Costs;
        }
    }

    public string Name { get; }

    public LanguageModel Model => _models.Target;

    /// <summary>When its file was written.</summary>
    public DateTimeOffset Created { get; }

    public ChatTemplate Chat { get; }

    public IReadOnlyList<int> EndTokens => Model.EndTokens;

    /// <summary>The longest sequence, prompt and output together.</summary>
    public int MaxTokens => Model.Decoder.MaxTokens;

    /// <summary>What goes ahead of one generation; null when nothing does. Dispose it with the generation.</summary>
    public Speculator? NewSpeculator() => _ahead.Length == 0 ? null : _models.New(_ahead);

    public void Dispose() => _models.Dispose();
}
