using TorchSharp;
using Understudy.Training.Compression;
using Understudy.Training.Distillation;
using Understudy.Training.Encoders;
using Understudy.Training.Onnx;

namespace Understudy.Training.Studies;

/// <summary>Transfer initialisation and weight sharing with the lead's lower layers, against the same student from a random start.</summary>
internal sealed class TransferStudy : Study
{
    private const int Default = 3000;
    private const string Fresh = "random start";
    private const string Copied = "lead's layer";
    private const string Shared = "shared with the lead";

    public override string Name => "transfer";

    public override string Description => "A student that starts from the lead's layers, or keeps them unchanged, against one that starts from nothing.";

    public override IReadOnlyList<string> Sets => ["banking77", "clinc150"];

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var lead = StudyLead.Prepare(set, folder, options, report, cancellationToken);
        var training = new EncoderTraining { Epochs = options.Epochs ?? 6, Rate = 4e-4, TokenDropout = 0.15, BatchTexts = 64 };
        var texts = lead.Lessons(EncoderShape.Small.MaxTokens, options.Limit ?? Default);
        return new()
        {
            Data = $"{set}, {texts.Count} texts",
            Metric = "accuracy",
            Settings = $"{training} {texts.Count}",
            Arms = [new(Fresh, Arm(StudentStart.Layers, copy: false)), new(Copied, Arm(StudentStart.Layers)), new(Shared, Arm(StudentStart.Shared))],
            Pairs = [(Copied, Fresh), (Shared, Fresh), (Shared, Copied)],
            Facts = new Dictionary<string, double> { ["leadAccuracy"] = lead.Accuracy, ["leadBytes"] = lead.Bytes },
            Reference = ("lead", lead.Accuracy),
        };

        Func<int, Action<double>, CancellationToken, StudyMeasurement> Arm(StudentStart start, bool copy = true) => (seed, tell, token) =>
        {
            torch.random.manual_seed(seed);
            using var whole = lead.Encoder();
            using var student = copy
                ? StudentEncoder.Build(start, whole, training.Dropout)
                : StudentEncoder.Empty(start, whole.Shape, lead.Task.Labels.Count, training.Dropout);
            var before = File(student);
            new EncoderTrainer("student", student, training with { Seed = seed }).Train(texts, [], onStep: (done, _) => tell(done), cancellationToken: token);
            var measured = StudyStudent.Export(lead, student, token);
            var after = File(student);
            // What a site that has the student of before must be sent.
            var travels = 1 - ((double)SharedBytes.Count(before, after) / after.Length);
            return measured with { Facts = new Dictionary<string, double>(measured.Facts) { ["updateShare"] = travels } };
        };

        static byte[] File(Encoders.TextEncoder model)
        {
            var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");
            try
            {
                model.eval();
                new EncoderExport(model, int8: true).Save(path);
                return System.IO.File.ReadAllBytes(path);
            }
            finally
            {
                System.IO.File.Delete(path);
            }
        }
    }
}
