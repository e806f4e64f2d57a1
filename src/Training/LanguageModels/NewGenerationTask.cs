using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tasks;
using Understudy.Training.Decoders;

namespace Understudy.Training.LanguageModels;

/// <summary>
/// What a generation task of one's own begins with: a recipe for a small lead and a smaller draft whose context holds the records there are. Some thousand
/// short records train in minutes on two cores.
/// </summary>
public sealed class NewGenerationTask
{
    /// <summary>Tokens that the models of a new task take at most; a longer context makes training slow.</summary>
    private const int LargestContext = 1024;

    private const int SmallestContext = 64, RowsOfBatch = 32, Passes = 12, FewestSteps = 400, MostSteps = 3000;

    /// <summary>Requests that come later may be longer than those there are.</summary>
    private const double Spare = 1.25;

    private readonly RecordSelection _selection;
    private readonly FunctionCallTask _task;
    private readonly string _name;
    private readonly int _vocabulary; // tokens

    /// <param name="task">With its schema, where it has one.</param>
    /// <param name="records">Those to learn from: they make the vocabulary that lengths are counted in.</param>
    /// <exception cref="Inference.Grammars.GrammarInvalidException">The schema cannot be used.</exception>
    public NewGenerationTask(TaskDefinition task, IReadOnlyList<CompletionRecord> records, CancellationToken cancellationToken = default)
    {
        _vocabulary = records.Sum(record => (long)record.Text.Length + record.Completion.Length) switch { < 1 << 18 => 1024, < 1 << 21 => 2048, _ => 4096 };
        var tokenizer = RequestVocabulary.Train(records.SelectMany(record => RequestVocabulary.Texts(record, RecordTeaching.Rationales)), _vocabulary, RecordTeaching.Rationales, cancellationToken);
        (_name, _task) = (task.Name, new(task, tokenizer));
        _selection = new(_task, RecordTeaching.Answers, LargestContext, readings: 1);
    }

    /// <summary>Why a record cannot be used, and what to do; null when it can.</summary>
    public string? Problem(CompletionRecord record) => _selection.Measurable(record);

    /// <param name="dataFolder">With train.jsonl.</param>
    /// <param name="records">Those of train.jsonl that can be used.</param>
    /// <param name="hasDev">Whether there is a dev.jsonl.</param>
    public LanguageModelRecipe Recipe(string dataFolder, IReadOnlyList<CompletionRecord> records, bool hasDev)
    {
        var steps = Math.Clamp(records.Count * Passes / RowsOfBatch, FewestSteps, MostSteps);
        var context = Context(records);
        return new()
        {
            Task = _name,
            Data = dataFolder,
            Vocabulary = _vocabulary,
            Records = ["train.jsonl"],
            DevRecords = hasDev ? ["dev.jsonl"] : [],
            Lead = new() { Width = 192, Layers = 4, Heads = 6, KvHeads = 2, HeadDim = 32, FeedForward = 512, MaxTokens = context, Tied = true, Training = Training(steps, 2e-3) },
            Draft = new() { Width = 96, Layers = 2, Heads = 3, KvHeads = 1, HeadDim = 32, FeedForward = 256, MaxTokens = context, Tied = true, Training = Training(steps / 2, 4e-3) },
        };
    }

    /// <summary>A power of two that holds the longest request and the longest answer, with its rationale where that has room, in a half each.</summary>
    private int Context(IReadOnlyList<CompletionRecord> records)
    {
        var longest = records.Max(record =>
        {
            var row = RecordRows.Of(record, _task.Tokenizer, RecordTeaching.Answers, readings: 1);
            var reason = record.Rationale is null ? 0 : _task.Tokenizer.Encode(record.Rationale).Length + 1;
            var answer = row.Ids.Length - row.From;
            return Math.Max(row.From, answer + reason <= LargestContext / 2 ? answer + reason : answer);
        });
        var context = SmallestContext;
        while (context < 2 * Spare * longest && context < LargestContext)
        {
            context *= 2;
        }

        return context;
    }

    private static DecoderTraining Training(int steps, double rate) =>
        new() { Steps = steps, TextFirst = 0, TextEvery = 0, Requests = RowsOfBatch, SwapValues = 0, Rate = rate, WarmUp = Math.Min(100, steps / 10), Dropout = 0, MuonFrom = 0 };
}
