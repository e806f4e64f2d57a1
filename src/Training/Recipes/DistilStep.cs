using System.Numerics.Tensors;
using TorchSharp;
using Understudy.Inference.Calibration;
using Understudy.Inference.Classification;
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
        var export = new Export(recipe, task, work);
        export.Lead(int8: true);
        Lesson[] lessons;
        using (var lead = export.Open(WorkFolder.Lead, int8: true))
        {
            lessons = [.. Known(lead, examples, cancellationToken), .. NewInputs(lead, examples, cancellationToken)];
        }

        TrainLinear(lessons, cancellationToken);
        TrainSmall(lessons, examples, cancellationToken);
    }

    private IEnumerable<Lesson> Known(EncoderClassifier lead, Examples examples, CancellationToken cancellationToken)
    {
        var answers = Answer(lead, "lead's answers", [.. examples.Train.Select(example => example.Text)], cancellationToken);
        // Without its headers a mail gets the answer that the lead gave with them: the student learns what it cannot see.
        var teacher = examples.Train.Zip(answers, (example, answer) => Enumerable.Repeat(answer, LeadStep.ViewCount(example))).SelectMany(same => same);
        return LeadStep.Views(examples).Zip(teacher, (view, answer) => new Lesson(view.Text, view.Label, answer));
    }

    /// <summary>Of texts that it learned from the lead is sure, and its answers say little more than labels; of new ones they say what it knows.</summary>
    private IEnumerable<Lesson> NewInputs(EncoderClassifier lead, Examples examples, CancellationToken cancellationToken)
    {
        var count = (int)(examples.Train.Count * recipe.NewInputs);
        if (count == 0)
        {
            return [];
        }

        string[] texts = [.. SplicedInputs.Write([.. examples.Train.Select(example => (example.Text, example.Label))], count, new Random(recipe.Seed)).Select(input => input.Text)];
        return texts.Zip(Answer(lead, "lead's answers to new inputs", texts, cancellationToken), (text, answer) => new Lesson(text, null, answer));
    }

    private float[][] Answer(EncoderClassifier lead, string step, string[] texts, CancellationToken cancellationToken)
    {
        var answers = Scores.Of(lead, texts, done => report(step, done, ""), cancellationToken);
        report(step, 1, $"{answers.Length} texts answered");
        return answers;
    }

    private void TrainLinear(Lesson[] lessons, CancellationToken cancellationToken)
    {
        var training = recipe.Linear with { Seed = recipe.Seed };
        new LinearTrainer(recipe.LinearNgrams, training).Train(
            [.. lessons.Select(lesson => lesson.Text)],
            [.. lessons.Select(lesson => lesson.Target((float)recipe.LinearSoftTargetShare))],
            (epoch, loss) => report("linear student", (double)epoch / training.Epochs, epoch == training.Epochs ? $"loss {loss:F3}" : ""),
            cancellationToken).Save(work.LinearStudent);
    }

    private void TrainSmall(Lesson[] lessons, Examples examples, CancellationToken cancellationToken)
    {
        var tokenizer = SentencePieceEncoder.Load(work.Existing(work.Tokenizer, "lead"));
        var limit = recipe.SmallShape.MaxTokens;
        using var model = Start();
        if (StudentEncoder.SharedParameters(model) is > 0 and var shared)
        {
            report("small student", 0, $"{shared / 1e6:F1} of its {model.Parameters / 1e6:F1} M parameters are the lead's own and stay as they are");
        }

        var known = lessons.Count(lesson => lesson.Label is not null);
        var epochsOverAll = Math.Max(1, (int)Math.Round((double)recipe.Small.Epochs * known / lessons.Length));
        var losses = new List<(double, double)>();
        var epochs = new EncoderTrainer(WorkFolder.Small, model, recipe.Small with { Seed = recipe.Seed, Epochs = epochsOverAll }).Train(
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

    private TextEncoder Start()
    {
        using var lead = new TextEncoder(recipe.LeadShape, task.Labels.Count);
        lead.load(work.Existing(work.Weights(WorkFolder.Lead), "lead"));
        return StudentEncoder.Build(recipe.SmallStart, lead, recipe.Small.Dropout);
    }

    /// <summary>A text with the lead's logits.</summary>
    /// <param name="Label">The right one; null where only the lead has said.</param>
    private sealed record Lesson(string Text, int? Label, float[] Answer)
    {
        public int HardLabel => Label ?? TensorPrimitives.IndexOfMax<float>(Answer);

        /// <summary>The lead's probabilities for a share, the right label for the rest.</summary>
        public float[] Target(float share)
        {
            var target = new float[Answer.Length];
            Softmax.Tempered(Answer, 1, target);
            if (Label is { } label)
            {
                TensorPrimitives.Multiply(target, share, target);
                target[label] += 1 - share;
            }

            return target;
        }
    }
}
