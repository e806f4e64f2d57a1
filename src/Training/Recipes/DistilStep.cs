using TorchSharp;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tokenization;
using Understudy.Training.Distillation;
using Understudy.Training.Encoders;
using Understudy.Training.Linear;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Recipes;

/// <summary>The lead teaches both students by soft targets (Hinton et al., arXiv 1503.02531).</summary>
internal sealed class DistilStep(Recipe recipe, TaskDefinition task, WorkFolder work, Action<string, double, string> report)
{
    public void Run(Examples examples, CancellationToken cancellationToken)
    {
        work.ForgetFacts("compress"); // the lead that answers here stands where the chosen one stood
        var lessons = new LeadLessons(recipe, task, new Export(recipe, task, work), report).Make(examples, cancellationToken);
        TrainLinear(lessons, cancellationToken);
        TrainSmall(lessons, examples, cancellationToken);
        work.WriteFields("distil", StepFields.Distil(recipe));
    }

    private void TrainLinear(IReadOnlyList<LeadLesson> lessons, CancellationToken cancellationToken)
    {
        var training = recipe.Linear with { Seed = recipe.Seed };
        var student = new LinearTrainer(recipe.LinearNgrams, training).Train(
            [.. lessons.Select(lesson => lesson.Text)],
            [.. lessons.Select(lesson => lesson.Target((float)recipe.LinearSoftTargetShare))],
            (epoch, loss) => report("linear student", (double)epoch / training.Epochs, epoch == training.Epochs ? $"loss {loss:F3}" : ""),
            cancellationToken);
        work.ForgetStudents();
        student.Save(work.LinearStudent);
    }

    private void TrainSmall(IReadOnlyList<LeadLesson> lessons, Examples examples, CancellationToken cancellationToken)
    {
        var tokenizer = SentencePieceEncoder.Load(work.Existing(work.Tokenizer, "lead"));
        var limit = recipe.SmallShape.MaxTokens;
        torch.random.manual_seed(recipe.Seed); // whatever was drawn before, by this step or by another in the same process
        using var lead = Lead();
        using var model = StudentEncoder.Build(recipe.SmallStart, lead, recipe.Small.Dropout);
        if (StudentEncoder.SharedParameters(model) is > 0 and var shared)
        {
            report("small student", 0, $"{shared / 1e6:F1} of its {model.Parameters / 1e6:F1} M parameters are the lead's own and stay as they are");
        }

        if (recipe.SmallPretraining is { } pretraining)
        {
            var (seen, texts) = (0, lessons.Select(lesson => tokenizer.Encode(lesson.Text, limit)).ToArray());
            new ContrastivePretraining(model, pretraining, recipe.Seed).Train(
                texts, (done, loss) => report("small student without labels", done, ++seen % 100 == 0 || done == 1 ? $"loss {loss:F3}" : ""), cancellationToken);
        }

        var known = lessons.Count(lesson => lesson.Label is not null);
        var epochsOverAll = Math.Max(1, (int)Math.Round((double)recipe.Small.Epochs * known / lessons.Count));
        var losses = new List<(double, double)>();
        var epochs = new EncoderTrainer(WorkFolder.Small, model, recipe.Small with { Seed = recipe.Seed, Epochs = epochsOverAll }) { Lead = lead }.Train(
            [.. lessons.Select(lesson => new TokenizedText(tokenizer.Encode(lesson.Text, limit), lesson.HardLabel, lesson.Answer))],
            [.. examples.Tuning.Select(example => new TokenizedText(tokenizer.Encode(example.Text, limit), example.Label))],
            epoch => report("small student", (double)epoch.Epoch / epoch.Epochs, $"epoch {epoch.Epoch} of {epoch.Epochs}: loss {epoch.Loss:F3}, accuracy {epoch.Accuracy:P1}, {epoch.Elapsed:hh\\:mm\\:ss}"),
            (done, loss) =>
            {
                losses.Add((done, loss));
                report("small student", done, "");
            },
            cancellationToken);
        model.save(work.Weights(WorkFolder.Small));
        work.Draw(WorkFolder.Small, losses, epochs);
    }

    private TextEncoder Lead()
    {
        var lead = new TextEncoder(recipe.LeadShape, task.Labels.Count);
        lead.load(work.Existing(work.Weights(WorkFolder.Lead), "lead"));
        lead.eval();
        return lead;
    }
}
