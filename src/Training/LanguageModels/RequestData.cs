using Understudy.Inference.Datasets;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Training.Decoders;
using Understudy.Training.Recipes;

namespace Understudy.Training.LanguageModels;

/// <summary>A recipe's requests and their answers for one tokenizer: its function calls and its records.</summary>
internal sealed class RequestData
{
    /// <summary>Records that reasons are written for when an exported model is measured: each takes as long as it serves.</summary>
    private const int MostReasoned = 100;

    /// <summary>A call that is left out is called by so many of its first words.</summary>
    private const int WordsOfName = 6;

    private readonly LanguageModelRecipe _recipe;
    private readonly FunctionCallTask _task;
    private readonly IReadOnlyList<TaggedRequest> _calls, _devCalls, _testCalls;
    private readonly IReadOnlyList<CompletionRecord> _records, _dev, _learnable, _test;

    /// <param name="task">For the recipe's tokenizer.</param>
    /// <param name="tell">Told what is left out and why.</param>
    /// <exception cref="RecipeInvalidException">There is nothing to learn from, or nothing to measure on.</exception>
    public RequestData(LanguageModelRecipe recipe, LanguageModelData data, FunctionCallTask task, Action<string> tell)
    {
        (_recipe, _task) = (recipe, task);
        var selection = new RecordSelection(task, recipe.Teaching, Math.Min(recipe.Lead.MaxTokens, recipe.Draft.MaxTokens), recipe.Lead.Trainings.Concat(recipe.Draft.Trainings).Max(training => training.Readings));
        _calls = Fitting("calls", data.Calls, selection, tell);
        _devCalls = Fitting("devCalls", data.DevCalls, selection, tell);
        _testCalls = Fitting("testCalls", data.TestCalls, selection, tell);
        _records = Chosen("records", data.Records.Where(selection.Problem), recipe.Records.Count > 0, tell);
        _dev = Chosen("devRecords", data.DevRecords.Where(selection.Measurable), recipe.Records.Count > 0, tell);
        _learnable = [.. _dev.Where(record => selection.Problem(record) is null)];
        _test = Chosen("testRecords", data.TestRecords.Where(selection.Measurable), recipe.TestRecords.Count > 0, tell);
    }

    /// <summary>What requests are called in plots and reports.</summary>
    public string Name => _calls.Count > 0 ? "call" : "answer";

    /// <summary>Whether greedy decoding has one right way to an answer, so that rows tell how often it is right.</summary>
    public bool CountsWhole => _recipe.Teaching == RecordTeaching.Answers;

    /// <summary>Requests that exported models are measured on.</summary>
    public int MeasuredCount => _devCalls.Count + Asked(_dev).Count;

    /// <summary>Rows that a finished model is measured on: held-out ones, or where none of those has a rationale some that were learned from.</summary>
    public IReadOnlyList<TokenRow> Measured => HeldOut(Readings) is { Count: > 0 } held ? held : Plain(Readings);

    private int Readings => _recipe.Lead.LastTraining.Readings;

    /// <summary>To be trained on.</summary>
    /// <param name="maxTokens">Of the model.</param>
    public IRequestRows Rows(DecoderTraining training, int maxTokens)
    {
        var calls = _calls.Count == 0 ? null : new FunctionCallRows(_calls, _task.Tokenizer, training, maxTokens);
        var records = _records.Count == 0 ? null : new RecordRows(_records, _task.Tokenizer, _recipe.Teaching, training.Readings);
        return calls is not null && records is not null ? new JoinedRows(calls, records) : calls ?? (IRequestRows)records!;
    }

    /// <summary>The same as they stand.</summary>
    public IReadOnlyList<TokenRow> Plain(int readings) => Rows(_calls, _records, readings);

    /// <summary>To measure on; where the recipe teaches by rationales those whose own could be learned from.</summary>
    public IReadOnlyList<TokenRow> HeldOut(int readings) => Rows(_devCalls, _learnable, readings);

    /// <summary>By part of the data, what share of its requests an exported model answers without a mistake.</summary>
    public IReadOnlyDictionary<string, Func<DecoderModel, double>> Parts()
    {
        var parts = new Dictionary<string, Func<DecoderModel, double>> { ["dev"] = Measure(_devCalls, _dev) };
        if (_testCalls.Count + _test.Count > 0)
        {
            parts["test"] = Measure(_testCalls, _test);
        }

        return parts;
    }

    private Func<DecoderModel, double> Measure(IReadOnlyList<TaggedRequest> calls, IReadOnlyList<CompletionRecord> records)
    {
        if (!CountsWhole)
        {
            var some = Asked(records);
            return model => DecoderMeasure.Answers(model, _task, some);
        }

        var rows = Rows(calls, records, Readings);
        return model => DecoderMeasure.ExactMatch(model, rows);
    }

    /// <summary>Those that exported models are asked about. Several rationales of an answer are one question; where there are too many questions they come from all over the files.</summary>
    internal IReadOnlyList<CompletionRecord> Asked(IReadOnlyList<CompletionRecord> records)
    {
        if (CountsWhole)
        {
            return records;
        }

        var different = records.DistinctBy(record => (FunctionCallPrompt.Normal(record.Text), record.Completion)).ToArray();
        new Random(_recipe.Seed).Shuffle(different);
        return [.. different.Take(MostReasoned)];
    }

    private List<TokenRow> Rows(IReadOnlyList<TaggedRequest> calls, IReadOnlyList<CompletionRecord> records, int readings)
    {
        var rows = new FunctionCallRows(calls, _task.Tokenizer, DecoderTraining.Unchanged with { Readings = readings }, int.MaxValue);
        return [.. calls.Select(rows.Row), .. records.Select(record => RecordRows.Of(record, _task.Tokenizer, _recipe.Teaching, readings))];
    }

    private static List<TaggedRequest> Fitting(string field, IReadOnlyList<TaggedRequest> calls, RecordSelection selection, Action<string> tell)
    {
        var fitting = calls.Where(call => selection.Problem(call) is null).ToList();
        if (fitting.Count < calls.Count)
        {
            var first = calls.First(call => selection.Problem(call) is not null);
            var problem = $"'{string.Join(' ', first.Text.Split(' ').Take(WordsOfName))} …': {selection.Problem(first)}";
            tell(fitting.Count > 0 ? $"{calls.Count - fitting.Count} of '{field}' are left out; {problem}" : throw new RecipeInvalidException($"None of the recipe's '{field}' can be used. {problem}"));
        }

        return fitting;
    }

    private static IReadOnlyList<CompletionRecord> Chosen(string field, RecordFiles files, bool needed, Action<string> tell)
    {
        if (files.Problems.Count > 0)
        {
            tell($"{files.Problems.Count} of '{field}' are left out; {files.Problems[0]}");
        }

        return files.Records.Count > 0 || !needed
            ? [.. files.Records.Select(pair => pair.Record)]
            : throw new RecipeInvalidException($"None of the recipe's '{field}' can be used. {files.Problems.FirstOrDefault() ?? "There is no record; write one a line, such as {\"text\":\"…\",\"completion\":\"…\"}, with at least two different texts."}");
    }
}
