using Understudy.Inference.Classification;
using Understudy.Inference.Decoding;
using Understudy.Inference.Speculation;

namespace Understudy.Verifier.LanguageModels;

/// <summary>A loaded model with what goes ahead of it. Thread-safe.</summary>
internal sealed class ServedModel : IDisposable
{
    private readonly LanguageModel? _draft;
    private readonly SpeculationController? _controller;

    /// <param name="model">Owned from here on.</param>
    /// <param name="draft">Owned from here on; null for none.</param>
    /// <exception cref="ModelInvalidException">The draft has another vocabulary.</exception>
    public ServedModel(string name, LanguageModel model, LanguageModel? draft, bool speculate, DateTimeOffset created)
    {
        (Name, Model, _draft, Created) = (name, model, draft, created);
        Chat = ChatTemplate.For(model.Tokenizer);
        EndTokens = model.Tokenizer.EndOfText is { } end ? [end] : [];
        if (draft is not null && (draft.Decoder.Vocabulary != model.Decoder.Vocabulary || draft.Tokenizer.VocabularySize != model.Tokenizer.VocabularySize))
        {
            throw new ModelInvalidException($"The draft of '{name}' has {draft.Decoder.Vocabulary} tokens and the model {model.Decoder.Vocabulary}. A draft needs the vocabulary of its model; use one that was trained for it.");
        }

        // Trees of two proposers can fork, which graphs of other makers cannot score: there the looked-up chain goes alone.
        _controller = speculate ? new(model.Costs, DraftServes ? 2 : 1) : null;
    }

    public string Name { get; }

    public LanguageModel Model { get; }

    /// <summary>When its file was written.</summary>
    public DateTimeOffset Created { get; }

    public ChatTemplate Chat { get; }

    public IReadOnlyList<int> EndTokens { get; }

    /// <summary>The longest sequence, prompt and output together.</summary>
    public int MaxTokens => Model.Decoder.MaxTokens;

    /// <summary>What goes ahead of one generation; null when nothing does. Dispose it with the generation.</summary>
    public Speculator? NewSpeculator() => _controller is null
        ? null
        : new(DraftServes ? [new NgramProposer(), new DraftProposer(_draft!.Decoder.NewSession())] : [new NgramProposer()], _controller);

    public void Dispose()
    {
        Model.Dispose();
        _draft?.Dispose();
    }

    private bool DraftServes => _draft is not null && Model.Decoder.SupportsTrees;
}
