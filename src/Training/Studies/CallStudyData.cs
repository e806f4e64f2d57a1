using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tokenization;
using Understudy.Training.Decoders;
using Understudy.Training.LanguageModels;

namespace Understudy.Training.Studies;

/// <summary>Requests and their calls, for models small enough to be trained many times.</summary>
internal sealed class CallStudyData
{
    private const int Vocabulary = 1024;
    private const int MaxTokens = 192;
    private const int Default = 4000;

    public CallStudyData(string folder, StudyOptions options, CancellationToken cancellationToken)
    {
        var none = new DecoderRecipe { Width = 0, Layers = 0, Heads = 0, KvHeads = 0, HeadDim = 0, FeedForward = 0 };
        var data = new LanguageModelData(new() { Task = "function-call", Data = folder, Text = [], DevText = [], Calls = "train.jsonl", DevCalls = "test.jsonl", Lead = none, Draft = none });
        var train = data.Calls.Take(options.Limit ?? Default).ToList();
        Tokenizer = BpeTrainer.Train(
            train.SelectMany(request => new[] { request.Text, request.Call.ToJson() }),
            new() { Vocabulary = Vocabulary, SpecialTokens = FunctionCallPrompt.SpecialTokens },
            cancellationToken);
        Train = Rows(train);
        Test = Rows(data.DevCalls);
    }

    public TextTokenizer Tokenizer { get; }

    /// <summary>Rows as they stand in the data.</summary>
    public IReadOnlyList<TokenRow> Train { get; }

    public IReadOnlyList<TokenRow> Test { get; }

    /// <summary>0.7 M parameters.</summary>
    public TextDecoder Lead() => new(new(Tokenizer.VocabularySize, 128, 3, 4, 2, 32, 384, MaxTokens), tied: true);

    /// <summary>0.15 M parameters.</summary>
    public TextDecoder Student() => new(new(Tokenizer.VocabularySize, 64, 2, 2, 1, 32, 192, MaxTokens), tied: true);

    /// <summary>Share of test requests whose call is written without a mistake.</summary>
    public StudyMeasurement Measure(TextDecoder model)
    {
        var (loss, tokens, whole) = DecoderTrainer.Measure(model, Test);
        return new(whole, new Dictionary<string, double> { ["lossPerToken"] = loss, ["tokensRight"] = tokens, ["parameters"] = model.Parameters });
    }

    private IReadOnlyList<TokenRow> Rows(IReadOnlyList<TaggedRequest> requests)
    {
        var rows = new FunctionCallRows(requests, Tokenizer, DecoderTraining.Unchanged, MaxTokens);
        return [.. requests.Select(rows.Row).Where(row => row.Ids.Length <= MaxTokens)];
    }
}
