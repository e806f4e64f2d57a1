using Understudy.Inference.Classification;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Speculation;

/// <summary>
/// A target with all that can go ahead of it, by name: <c>grammar</c>, <c>ngram</c>, <c>cache</c>, <c>tagger</c>, <c>medusa</c>, <c>draft</c>. Several at once make one tree, merged by
/// common prefix (SpecInfer, arXiv 2305.09781). Each combination keeps a controller of its own. Thread-safe.
/// </summary>
public sealed class Understudies : IDisposable
{
    /// <summary>What can be asked for, cheapest first.</summary>
    public static readonly IReadOnlyList<string> Names = ["grammar", "ngram", "cache", "tagger", "medusa", "draft"];

    /// <summary>Alternatives that the draft adds beside each token of its chain when it is one of several.</summary>
    private const int Siblings = 2;

    private readonly LanguageModel? _draft;
    private readonly MedusaHeads? _heads;
    private readonly CallTagger? _tagger;
    private readonly AnswerCache _answers = new();
    private readonly Dictionary<string, SpeculationController> _controllers = [];
    private readonly bool _borrowed;

    /// <param name="target">Owned from here on, as are the others.</param>
    /// <param name="draft">With the target's vocabulary; null for none.</param>
    /// <param name="heads">Trained on the target; null for none.</param>
    /// <param name="tagger">Trained with the target's tokenizer; null for none.</param>
    /// <exception cref="ModelInvalidException">Draft or heads belong to another model.</exception>
    public Understudies(LanguageModel target, LanguageModel? draft = null, MedusaHeads? heads = null, CallTagger? tagger = null)
    {
        (Target, _draft, _heads, _tagger) = (target, draft, heads, tagger);
        if (draft is not null && (draft.Decoder.Vocabulary != target.Decoder.Vocabulary || draft.Tokenizer.VocabularySize != target.Tokenizer.VocabularySize))
        {
            throw new ModelInvalidException($"The draft has {draft.Decoder.Vocabulary} tokens and the model {target.Decoder.Vocabulary}. A draft needs the vocabulary of its model; use one that was trained for it.");
        }

        if (heads is not null && (heads.Vocabulary != target.Decoder.Vocabulary || heads.Width != target.Decoder.Shape.Width))
        {
            throw new ModelInvalidException($"The Medusa heads read {heads.Width} numbers and give {heads.Vocabulary} tokens; the model has {target.Decoder.Shape.Width} and {target.Decoder.Vocabulary}. Train heads on this model.");
        }

        // Trees can fork, which graphs of other makers cannot score: there a looked-up chain goes.
        Available = [.. Names.Where(name => name switch
        {
            "grammar" => target.Decoder.SupportsTrees,
            "tagger" => tagger is not null && FunctionCallPrompt.Fits(target.Tokenizer),
            "medusa" => heads is not null && target.Decoder.SupportsTrees,
            "draft" => draft is not null && target.Decoder.SupportsTrees,
            _ => true,
        })];
    }

    private Understudies(Understudies owner)
        : this(owner.Target, owner._draft, owner._heads, owner._tagger) => _borrowed = true;

    public LanguageModel Target { get; }

    /// <summary>Null when there is none.</summary>
    public LanguageModel? Draft => _draft;

    /// <summary>Who answers function calls together with the target; null where it answers alone.</summary>
    public CallPanel? Panel => _tagger is { Weight: > 0 } tagger ? new(tagger) : null;

    /// <summary>The tagger of function calls; null when there is none.</summary>
    public CallTagger? Tagger => _tagger;

    /// <summary>Those of <see cref="Names"/> that are here.</summary>
    public IReadOnlyList<string> Available { get; }

    /// <summary>Opens the models of a release of a generation task.</summary>
    /// <exception cref="ModelInvalidException">A model cannot be used.</exception>
    public static Understudies Open(LanguageModelRelease release)
    {
        LanguageModel? target = null, draft = null;
        MedusaHeads? heads = null;
        CallTagger? tagger = null;
        try
        {
            target = LanguageModel.Load(release.Lead);
            draft = release.Draft is { } path ? LanguageModel.Load(path) : null;
            heads = release.File(LanguageModelRelease.MedusaFile) is { } file ? MedusaHeads.Load(file) : null;
            tagger = release.Tagger is { } reader ? CallTagger.Load(reader) : null;
            return new(target, draft, heads, tagger);
        }
        catch
        {
            tagger?.Dispose();
            target?.Dispose();
            draft?.Dispose();
            heads?.Dispose();
            throw;
        }
    }

    /// <summary>The same models with nothing remembered of earlier answers and costs; they stay this one's, which is to outlive it.</summary>
    public Understudies Apart() => new(this);

    /// <summary>Proposers for one generation at a time. Dispose it.</summary>
    /// <param name="names">Of <see cref="Available"/>; more than one make a tree, or where the target cannot run one the first goes that suggests something.</param>
    /// <param name="adaptive">False to propose in full whatever it costs.</param>
    /// <param name="text">A student's text for the same prompt, which goes first; null for none.</param>
    /// <exception cref="ArgumentException">One is not available.</exception>
    public Speculator New(IReadOnlyList<string> names, SpeculationOptions? options = null, bool adaptive = true, IReadOnlyList<int>? text = null)
    {
        if ((names.Count == 0 && text is null) || names.Except(Available).Any())
        {
            throw new ArgumentException($"'{string.Join(" + ", names)}' cannot go ahead of this model; there are {string.Join(", ", Available)}.", nameof(names));
        }

        var ordered = Names.Where(names.Contains).ToArray();
        SpeculationController controller;
        lock (_controllers)
        {
            var key = $"{(text is null ? "" : "student+")}{string.Join('+', ordered)} {adaptive}";
            if (!_controllers.TryGetValue(key, out controller!))
            {
                _controllers[key] = controller = new(Target.Costs, ordered.Length + (text is null ? 0 : 1), adaptive);
            }
        }

        var proposers = ordered.Select(name => Proposer(name, tree: ordered.Length > 1 || text is not null));
        return new([.. text is null ? [] : (IProposer[])[new TextProposer(text)], .. proposers], controller, options);
    }

    public void Dispose()
    {
        if (_borrowed)
        {
            return;
        }

        Target.Dispose();
        _draft?.Dispose();
        _heads?.Dispose();
        _tagger?.Dispose();
    }

    private IProposer Proposer(string name, bool tree) => name switch
    {
        "grammar" => new GrammarProposer(Target.Tokenizer),
        "ngram" => new NgramProposer(),
        "cache" => new CachedAnswerProposer(_answers),
        "tagger" => new TaggerProposer(_tagger!, Target.Tokenizer),
        "medusa" => new MedusaProposer(_heads!),
        _ => new DraftProposer(_draft!.NewSession(), tree ? Siblings : 0),
    };
}
