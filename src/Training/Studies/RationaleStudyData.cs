using System.Text.Json;
using Understudy.Inference.Tokenization;
using Understudy.Training.Decoders;
using Understudy.Training.Distillation;

namespace Understudy.Training.Studies;

/// <summary>Questions with a lead's recorded rationales: whether a coin, turned or not by four people, still shows heads.</summary>
internal sealed class RationaleStudyData
{
    private const string Subject = "coin_flip";
    private const string Question = "###", Answer = "-->";
    private const int Vocabulary = 512;
    private const int MaxTokens = 320;
    private const int RationaleTokens = 160;

    private readonly IReadOnlyList<Record> _test;
    private readonly int _end;

    public RationaleStudyData(string folder, int? limit, CancellationToken cancellationToken)
    {
        var train = Read(Path.Combine(folder, $"{Subject}.train.jsonl")).Take(limit ?? int.MaxValue).ToList();
        _test = Read(Path.Combine(folder, $"{Subject}.test.jsonl"));
        Tokenizer = BpeTrainer.Train(
            train.SelectMany(record => new[] { record.Question, record.Rationale, " yes no" }),
            new() { Vocabulary = Vocabulary, SpecialTokens = [BpeTraining.EndOfTextToken, Question, Answer] },
            cancellationToken);
        _end = Tokenizer.EndOfText!.Value;
        Answers = [.. train.Select(record => Row(record, rationale: false))];
        Rationales = [.. train.Where(record => record.Right).Select(record => Row(record, rationale: true)).Where(row => row.Ids.Length <= MaxTokens)];
        TestCount = _test.Count;
    }

    public TextTokenizer Tokenizer { get; }

    /// <summary>Every question with its right answer.</summary>
    public IReadOnlyList<TokenRow> Answers { get; }

    /// <summary>The questions that the lead got right, with its rationale and its answer.</summary>
    public IReadOnlyList<TokenRow> Rationales { get; }

    public int TestCount { get; }

    public TextDecoder Student() => new(new(Tokenizer.VocabularySize, 96, 3, 3, 1, 32, 256, MaxTokens), tied: true);

    /// <summary>Share of test questions whose answer, whatever is written before it, is right.</summary>
    public StudyMeasurement Measure(TextDecoder model, CancellationToken cancellationToken)
    {
        model.eval();
        var sampler = new TextSampler((ids, places) => TextSampler.Probabilities(model, ids, places), _end);
        var (right, unfinished, tokens) = (0, 0, 0);
        foreach (var part in _test.Chunk(50))
        {
            var answers = sampler.Complete([.. part.Select(Prompt)], RationaleTokens, draw: false, cancellationToken);
            foreach (var (record, answer) in part.Zip(answers))
            {
                tokens += answer.Length;
                var marker = Array.LastIndexOf(answer, Tokenizer.Id(Answer)!.Value);
                unfinished += marker < 0 || answer[^1] != _end ? 1 : 0;
                right += marker >= 0 && Tokenizer.Decode(answer.AsSpan(marker + 1)).Trim() == record.Answer ? 1 : 0;
            }
        }

        return new((double)right / _test.Count, new Dictionary<string, double> { ["tokensWritten"] = (double)tokens / _test.Count, ["unfinished"] = (double)unfinished / _test.Count, ["parameters"] = model.Parameters });
    }

    private TokenRow Row(Record record, bool rationale)
    {
        var prompt = Prompt(record);
        int[] before = rationale ? Tokenizer.Encode(record.Rationale) : [];
        return new([.. prompt, .. before, Tokenizer.Id(Answer)!.Value, .. Tokenizer.Encode($" {record.Answer}"), _end], prompt.Length);
    }

    private int[] Prompt(Record record) => [.. Tokenizer.Encode(record.Question), Tokenizer.Id(Question)!.Value];

    private static List<Record> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new StudyInvalidException($"There is no '{path}'. Each of its lines has 'question', 'answer', 'teacher_cot' and 'teacher_cot_correct'.");
        }

        return [.. File.ReadLines(path).Select(line =>
        {
            using var document = JsonDocument.Parse(line);
            var record = document.RootElement;
            return new Record(
                record.GetProperty("question").GetString()!,
                record.GetProperty("answer").GetString()!,
                string.Join('\n', record.GetProperty("teacher_cot").GetString()!.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
                record.GetProperty("teacher_cot_correct").GetBoolean());
        })];
    }

    private sealed record Record(string Question, string Answer, string Rationale, bool Right);
}
