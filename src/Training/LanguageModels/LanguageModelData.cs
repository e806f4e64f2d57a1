using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Tokenization;
using Understudy.Training.Corpora;
using Understudy.Training.Decoders;
using Understudy.Training.Recipes;

namespace Understudy.Training.LanguageModels;

/// <summary>The files that a language model's recipe names.</summary>
internal sealed class LanguageModelData
{
    /// <summary>Texts of the recipe's records that are held back where it names none to measure on, at most.</summary>
    private const int MostHeld = 500;

    private readonly string _folder;
    private readonly bool _isJson;

    /// <param name="isJson">Whether the answers of records are JSON.</param>
    /// <param name="compression">How the task shortens the texts of records; null for not at all.</param>
    /// <exception cref="RecipeInvalidException">There is no folder with data, or it cannot be shortened so.</exception>
    public LanguageModelData(LanguageModelRecipe recipe, bool isJson = false, string? compression = null)
    {
        if (recipe.Calls is not null && compression is not (null or InputCompression.None))
        {
            throw new RecipeInvalidException($"The task shortens its inputs ('compression': '{compression}' in its task.json), and 'calls' cannot be shortened: their slots are words of the request. Take 'compression' out of task.json, or learn from 'records'.");
        }

        _isJson = isJson;
        var first = recipe.Calls ?? recipe.Records.FirstOrDefault() ?? throw new RecipeInvalidException("The recipe names nothing to learn from. Give it 'records', files of {\"text\":\"…\",\"completion\":\"…\"}, or 'calls'.");
        _folder = recipe.Data ?? PublicData.Folder(first)
            ?? throw new RecipeInvalidException($"No folder has '{first}', which the recipe names. Give the recipe 'data', or name the folder in {PublicData.Variable}.");
        Text = [.. recipe.Text.SelectMany(ReadText)];
        DevText = [.. recipe.DevText.SelectMany(ReadText)];
        Calls = recipe.Calls is null ? [] : ReadCalls(recipe.Calls);
        DevCalls = recipe.Calls is null ? [] : ReadCalls(recipe.DevCalls ?? throw new RecipeInvalidException("The recipe has 'calls' and no 'devCalls'. Name a file of requests to measure on."));
        TestCalls = recipe.TestCalls is { } calls ? ReadCalls(calls) : [];
        var test = ReadRecords(recipe.TestRecords);
        var records = ReadRecords(recipe.Records).Without(test, "testRecords");
        var dev = ReadRecords(recipe.DevRecords);
        (records, dev) = recipe.DevRecords.Count > 0 ? (records.Without(dev, "devRecords"), dev) : records.Split(recipe.Seed, MostHeld);
        var reads = InputCompression.Of(compression);
        (Records, DevRecords, TestRecords) = (records.Shortened(reads), dev.Shortened(reads), test.Shortened(reads));
        TestText = [.. recipe.TestText.SelectMany(ReadText)];
        WordVectors = recipe.WordVectors is { } vectors ? Path.GetDirectoryName(Existing(Path.Combine(vectors, Decoders.WordVectors.WordsFile))) : null;
    }

    public IReadOnlyList<TaggedRequest> TestCalls { get; }

    public IReadOnlyList<string> TestText { get; }

    /// <summary>The folder with them; null for none.</summary>
    public string? WordVectors { get; }

    /// <summary>Paragraphs of running text.</summary>
    public IReadOnlyList<string> Text { get; }

    public IReadOnlyList<string> DevText { get; }

    public IReadOnlyList<TaggedRequest> Calls { get; }

    public IReadOnlyList<TaggedRequest> DevCalls { get; }

    public RecordFiles Records { get; }

    public RecordFiles DevRecords { get; }

    public RecordFiles TestRecords { get; }

    /// <summary>Paragraphs one after another, each file's end-of-text left to the caller: what a model reads as one stream.</summary>
    public static int[] Stream(TextTokenizer tokenizer, IReadOnlyList<string> text)
    {
        var ids = new List<int>();
        foreach (var paragraph in text)
        {
            ids.AddRange(tokenizer.Encode(paragraph));
            ids.Add(tokenizer.EndOfText!.Value);
        }

        return [.. ids];
    }

    /// <summary>Rows to measure on, evenly spread over a stream.</summary>
    public static IReadOnlyList<TokenRow> Sample(int[] stream, int length, int count)
    {
        var rows = Math.Min(count, (stream.Length - 1) / length);
        return [.. Enumerable.Range(0, rows).Select(row => new TokenRow(stream.AsSpan((int)((long)row * (stream.Length - length - 1) / Math.Max(1, rows)), length + 1).ToArray()))];
    }

    private IEnumerable<string> ReadText(string name)
    {
        // A hundred lines are one document: brown has a sentence a line, the books their lines as printed.
        foreach (var lines in File.ReadLines(Existing(name)).Chunk(100))
        {
            yield return string.Join('\n', lines).Trim();
        }
    }

    private List<TaggedRequest> ReadCalls(string name)
    {
        using var stream = File.OpenRead(Existing(name));
        var requests = new List<TaggedRequest>();
        foreach (var line in DatasetReader.ReadAsync(stream, CancellationToken.None).ToBlockingEnumerable())
        {
            if (line.Record is not { Text: { } text, Label: { } label, Slots: { } slots })
            {
                throw new RecipeInvalidException($"'{name}', line {line.Number}: {line.Problem ?? "the line lacks one of 'text', 'label' and 'slots'."}");
            }

            try
            {
                requests.Add(TaggedRequest.Parse(text, label, slots));
            }
            catch (FormatException error)
            {
                throw new RecipeInvalidException($"'{name}', line {line.Number}: {error.Message}");
            }
        }

        return requests.Count > 0 ? requests : throw new RecipeInvalidException($"'{name}' has no record; each line is an object with 'text', 'label' and 'slots'.");
    }

    private RecordFiles ReadRecords(IReadOnlyList<string> names) => RecordFiles.Read(names.Select(name => (name, Existing(name))), _isJson);

    private string Existing(string name)
    {
        var path = Path.Combine(_folder, name);
        return File.Exists(path) ? path : throw new RecipeInvalidException($"There is no '{path}', which the recipe names. Give the recipe 'data', or name the folder in {PublicData.Variable}.");
    }
}
