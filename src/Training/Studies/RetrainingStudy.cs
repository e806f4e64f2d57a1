using TorchSharp;
using Understudy.Training.Encoders;
using Understudy.Training.Onnx;
using Understudy.Training.Retraining;

namespace Understudy.Training.Studies;

/// <summary>
/// A neural student that serves in int8 and learns from lessons that came later: read back from its file and taught further, begun anew, or left as it is.
/// </summary>
internal sealed class RetrainingStudy : Study
{
    private const int First = 1000, Later = 4000;
    private const string Serves = "as it serves";
    private const string Further = "taught further";
    private const string Anew = "begun anew";
    private const string Whole = "all lessons at once";

    public override string Name => "retraining";

    public override string Description => "A student taught further from its int8 file by later lessons, against the one that serves and one begun anew.";

    public override IReadOnlyList<string> Sets => ["banking77", "clinc150"];

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var lead = StudyLead.Prepare(set, folder, options, report, cancellationToken);
        var cache = new WeightCache(options.WorkFolder);
        var passes = options.Epochs ?? 3;
        var first = StudyStudent.Training;
        var lessons = lead.Lessons(StudyStudent.Shape.MaxTokens, Math.Min(options.Limit ?? int.MaxValue, First + Later));
        // The lead's word alone: nobody has labelled what was captured.
        TokenizedText[] captured = [.. lessons.Select(lesson => lesson with { Label = Array.IndexOf(lesson.Teacher!, lesson.Teacher!.Max()) })];
        var (known, later) = (captured[..(captured.Length / 5)], captured[(captured.Length / 5)..]);
        using var encoder = lead.Encoder();
        var table = encoder.embedding.weight!.detach().clone();
        return new()
        {
            Data = $"{set}, {known.Length} lessons before and {later.Length} later",
            Metric = "accuracy",
            Settings = $"{StudyStudent.Shape} {first} {EncoderRetraining.Training(new(), passes)} {known.Length} {later.Length}",
            Arms =
            [
                new(Serves, (seed, tell, token) => Run(seed, null, tell, token)),
                new(Further, (seed, tell, token) => Run(seed, model => (model, passes), tell, token)),
                new(Anew, (seed, tell, token) => Run(seed, model => (EncoderRetraining.Anew(model), passes * EncoderRetraining.PassesAnew), tell, token)),
                new(Whole, (seed, tell, token) => StudyStudent.Measure(lead, first with { Seed = seed }, captured, model => model.ReduceEmbeddings(table), tell, token), 5),
            ],
            Pairs = [(Further, Serves), (Further, Anew), (Whole, Further)],
            Facts = new Dictionary<string, double> { ["leadAccuracy"] = lead.Accuracy },
            Reference = ("lead", lead.Accuracy),
        };

        StudyMeasurement Run(int seed, Func<Encoders.TextEncoder, (Encoders.TextEncoder Model, int Passes)>? teach, Action<double> tell, CancellationToken token)
        {
            using var serving = cache.Get(
                $"{set}-serving-{known.Length}-{first.Epochs}",
                seed,
                () => new Encoders.TextEncoder(StudyStudent.Shape, lead.Task.Labels.Count, first.Dropout),
                model =>
                {
                    model.ReduceEmbeddings(table);
                    new EncoderTrainer("student", model, first with { Seed = seed }).Train(known, [], onStep: (done, _) => tell(0.5 * done), cancellationToken: token);
                });
            if (teach is null)
            {
                return StudyStudent.Export(lead, serving, token);
            }

            var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");
            try
            {
                new EncoderExport(serving, EncoderPrecision.Int8).Save(file);
                using var read = EncoderImport.Load(file).Model;
                torch.random.manual_seed(seed);
                var (model, times) = teach(read);
                new EncoderTrainer("student", model, EncoderRetraining.Training(new() { Seed = seed }, times)).Train(later, [], onStep: (done, _) => tell(0.5 + (0.5 * done)), cancellationToken: token);
                using (model)
                {
                    return StudyStudent.Export(lead, model, token);
                }
            }
            finally
            {
                File.Delete(file);
            }
        }
    }
}
