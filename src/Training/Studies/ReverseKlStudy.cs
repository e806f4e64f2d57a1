using TorchSharp;
using Understudy.Training.Decoders;
using Understudy.Training.Distillation;

namespace Understudy.Training.Studies;

/// <summary>Reverse against forward KL (MiniLLM, arXiv 2306.08543) and sequence-level distillation, from one and the same fine-tuned student.</summary>
internal sealed class ReverseKlStudy : Study
{
    private const int LeadSteps = 6000;
    private const int StartSteps = 3000;
    private const int Steps = 150;

    private const string Start = "start: labels";
    private const string Longer = "labels for longer";
    private const string Forward = "forward KL";
    private const string Reverse = "reverse KL";
    private const string Sequence = "the lead's answers";

    public override string Name => "reverse-kl";

    public override string Description => "A small language model taught on its own answers (MiniLLM) against the lead's distribution on the right ones.";

    public override IReadOnlyList<string> Sets => ["snips"];

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var data = new CallStudyData(folder, options, cancellationToken);
        var cache = new WeightCache(options.WorkFolder);
        var end = data.Tokenizer.EndOfText!.Value;
        var steps = options.Epochs is { } epochs ? Math.Max(1, epochs * data.Train.Count / new DecoderTeaching().Rows) : Steps;
        var (leadSteps, startSteps) = (steps * LeadSteps / Steps, steps * StartSteps / Steps);
        var teaching = new DecoderTeaching { Steps = steps, Rate = 5e-4 };
        var lead = cache.Get($"call-lead-{data.Train.Count}-{leadSteps}", teaching.Seed, data.Lead, model =>
            new DecoderTeacher(model, new() { Steps = leadSteps }, end).Train(data.Train, done => report("lead", done, ""), cancellationToken));
        var reached = data.Measure(lead);
        report("lead", 1, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{reached.Score:0.0%} of {data.Test.Count} test calls"));
        return new()
        {
            Data = $"{set}, {data.Train.Count} calls",
            Metric = "whole call right",
            Settings = $"{teaching} {leadSteps} {startSteps} {data.Train.Count}",
            Arms =
            [
                new(Start, (seed, tell, token) => Measured(Begin(seed, tell, token)), 2),
                new(Longer, Arm(DecoderLesson.Rows)),
                new(Forward, Arm(DecoderLesson.ForwardKl), 2),
                new(Sequence, (seed, tell, token) => Taught(seed, DecoderLesson.Rows, Answers(seed, token), tell, token), 3),
                new(Reverse, Arm(DecoderLesson.ReverseKl), 10),
            ],
            Pairs = [(Reverse, Forward), (Reverse, Longer), (Forward, Longer), (Sequence, Longer)],
            Facts = new Dictionary<string, double> { ["leadAccuracy"] = reached.Score, ["leadParameters"] = lead.Parameters },
            Reference = ("lead", reached.Score),
        };

        TextDecoder Begin(int seed, Action<double> tell, CancellationToken token) => cache.Get($"call-student-{data.Train.Count}-{startSteps}", seed, data.Student, model =>
            new DecoderTeacher(model, new() { Steps = startSteps, Seed = seed }, end).Train(data.Train, tell, token));

        Func<int, Action<double>, CancellationToken, StudyMeasurement> Arm(DecoderLesson lesson) => (seed, tell, token) => Taught(seed, lesson, data.Train, tell, token);

        StudyMeasurement Taught(int seed, DecoderLesson lesson, IReadOnlyList<TokenRow> rows, Action<double> tell, CancellationToken token)
        {
            var student = Begin(seed, _ => { }, token);
            torch.random.manual_seed(seed);
            new DecoderTeacher(student, teaching with { Lesson = lesson, Seed = seed }, end, lead).Train(rows, tell, token);
            return Measured(student);
        }

        StudyMeasurement Measured(TextDecoder model)
        {
            using (model)
            {
                return data.Measure(model);
            }
        }

        // What the lead writes for as many requests as are learned from in all.
        IReadOnlyList<TokenRow> Answers(int seed, CancellationToken token)
        {
            var sampler = new TextSampler((ids, places) => TextSampler.Probabilities(lead, ids, places), end);
            var chosen = data.Train.ToArray();
            new Random(seed).Shuffle(chosen);
            int[][] prompts = [.. chosen.Take(teaching.Steps * teaching.Rows).Select(row => row.Ids[..row.From]).OrderBy(prompt => prompt.Length)];
            return [.. prompts.Chunk(64).SelectMany(part => part.Zip(sampler.Complete(part, teaching.AnswerTokens, draw: false, token), (prompt, answer) => new TokenRow([.. prompt, .. answer], prompt.Length)))];
        }
    }
}
