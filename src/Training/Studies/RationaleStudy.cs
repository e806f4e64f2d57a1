using TorchSharp;
using Understudy.Training.Decoders;
using Understudy.Training.Distillation;

namespace Understudy.Training.Studies;

/// <summary>Fine-tuning on a lead's rationales (Fine-tune-CoT, arXiv 2212.10071) against answers alone.</summary>
internal sealed class RationaleStudy : Study
{
    private const int Steps = 600;
    private const string Answers = "answers alone";
    private const string Rationales = "rationales";

    public override string Name => "rationales";

    public override string Description => "A small language model that learns a lead's reasoning against one that learns answers alone.";

    public override IReadOnlyList<string> Sets => ["cot_teacher"];

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var data = new RationaleStudyData(folder, options.Limit, cancellationToken);
        var teaching = new DecoderTeaching { Rows = 16 };
        teaching = teaching with { Steps = options.Epochs is { } epochs ? Math.Max(1, epochs * data.Answers.Count / teaching.Rows) : Steps };
        return new()
        {
            Data = $"{set}, {data.Answers.Count} questions about coins",
            Metric = "answer right",
            Settings = $"{teaching} {data.Answers.Count} {data.Rationales.Count}",
            Arms = [new(Answers, Arm(data.Answers)), new(Rationales, Arm(data.Rationales), 3)],
            Pairs = [(Rationales, Answers)],
            Facts = new Dictionary<string, double> { ["testQuestions"] = data.TestCount, ["rationalesKept"] = data.Rationales.Count },
        };

        Func<int, Action<double>, CancellationToken, StudyMeasurement> Arm(IReadOnlyList<TokenRow> rows) => (seed, tell, token) =>
        {
            torch.random.manual_seed(seed);
            using var student = data.Student();
            new DecoderTeacher(student, teaching with { Seed = seed }, data.Tokenizer.EndOfText!.Value).Train(rows, done => tell(0.8 * done), token);
            return data.Measure(student, token);
        };
    }
}
