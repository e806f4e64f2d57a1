using System.Numerics.Tensors;
using Understudy.Inference.Classification;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Tasks;
using Understudy.Training.Distillation;

namespace Understudy.Training.Recipes;

/// <summary>Has the lead answer the training texts and new ones made of them: what students and what was pruned learn from.</summary>
internal sealed class LeadLessons(Recipe recipe, TaskDefinition task, Export export, Action<string, double, string> report)
{
    public IReadOnlyList<LeadLesson> Make(Examples examples, CancellationToken cancellationToken)
    {
        export.Lead();
        using var lead = export.OpenLead();
        return [.. Known(lead, examples, cancellationToken), .. NewInputs(lead, examples, cancellationToken)];
    }

    private IEnumerable<LeadLesson> Known(EncoderClassifier lead, Examples examples, CancellationToken cancellationToken)
    {
        var answers = Answer(lead, "lead's answers", [.. examples.Train.Select(example => example.Text)], cancellationToken);
        // Without its headers a mail gets the answer that the lead gave with them: the student learns what it cannot see.
        var teacher = examples.Train.Zip(answers, (example, answer) => Enumerable.Repeat(answer, LeadStep.ViewCount(example))).SelectMany(same => same);
        return LeadStep.Views(examples).Zip(teacher, (view, answer) => new LeadLesson(view.Text, view.Label, answer));
    }

    /// <summary>Of texts that it learned from the lead is sure, and its answers say little more than labels; of new ones they say what it knows.</summary>
    private IEnumerable<LeadLesson> NewInputs(EncoderClassifier lead, Examples examples, CancellationToken cancellationToken)
    {
        var count = (int)(examples.Train.Count * recipe.NewInputs);
        if (count == 0)
        {
            return [];
        }

        var reads = InputCompression.Of(task.Compression);
        var inputs = SplicedInputs.Write([.. examples.Train.Select(example => (example.Text, example.Label))], count, new Random(recipe.Seed))
            .Select(input => input with { Text = reads.Apply(input.Text).Text });
        if (recipe.Novelty is { } bound)
        {
            inputs = Novel(inputs, examples, bound, count);
        }

        var written = inputs.ToArray();
        var answers = Answer(lead, "lead's answers to new inputs", [.. written.Select(input => input.Text)], cancellationToken);
        return written.Zip(answers)
            .Where(pair => recipe.Novelty is null || TensorPrimitives.IndexOfMax<float>(pair.Second) == pair.First.Label)
            .Select(pair => new LeadLesson(pair.First.Text, null, pair.Second));
    }

    private IEnumerable<(string Text, int Label)> Novel(IEnumerable<(string Text, int Label)> inputs, Examples examples, double bound, int count)
    {
        var filter = new NoveltyFilter(bound);
        foreach (var example in examples.Train)
        {
            filter.Add(example.Text);
        }

        var (seen, known) = (0, filter.Count);
        foreach (var input in inputs)
        {
            report("novel inputs", (double)++seen / count, seen == count ? $"{filter.Count - known} of {count} are novel" : "");
            if (filter.Offer(input.Text))
            {
                yield return input;
            }
        }
    }

    private float[][] Answer(EncoderClassifier lead, string step, string[] texts, CancellationToken cancellationToken)
    {
        var answers = Scores.Of(lead, texts, done => report(step, done, ""), cancellationToken);
        report(step, 1, $"{answers.Length} texts answered");
        return answers;
    }
}
