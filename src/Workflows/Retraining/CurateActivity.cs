using Azure.Storage.Blobs;
using Microsoft.Extensions.Options;
using Understudy.Inference.Datasets;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Limits;
using Understudy.Workflows.Quality;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// Reads the lessons of a snapshot, sets aside what is none, leaves out copies, conflicts and what the regression set holds, asks the lead
/// about a sample, weighs what is left, and parts it into lessons to learn from, for thresholds and for the gate.
/// </summary>
internal sealed class CurateActivity(
    BlobServiceClient blobs, ClaimCheck claims, WorkLines work, ReleaseCatalog catalog, JointInference inference, QualityStore quality, IOptions<UnderstudyLimits> limits)
    : Activity<CurateInput, Curation>
{
    public override async Task<Curation> RunAsync(ActivityContext context, CurateInput input)
    {
        var (run, cancellationToken) = (input.Run, context.CancellationToken);
        using var lease = catalog.Acquire(run.Task, run.Serving);
        var release = lease.Release;
        var (labels, calls) = (release.Manifest.Labels, release.Calls);
        IReadOnlyList<DatasetRecord> regression;
        try
        {
            regression = await RegressionSet.ReadAsync(catalog.ModelsFolder, release.Definition, calls is not null, cancellationToken);
        }
        catch (InvalidDataException error)
        {
            return Curation.Refused(error.Message); // trying again mends no file
        }

        var sieve = new LessonSieve(calls is not null);
        foreach (var example in regression)
        {
            sieve.Freeze(example.Text!);
        }

        var mostWeight = release.Definition.Audit is { } audit ? 1 / audit.Share : 1;
        var snapshot = await claims.RedeemAsync(input.Snapshot.Blobs, cancellationToken);
        var lines = new LessonLines(blobs, record => calls is null
            ? LessonCheck.Check(record, labels, mostWeight, limits.Value.InputCharacters)
            : CallLessonCheck.Check(record, labels, mostWeight, limits.Value.InputCharacters));
        var read = await lines.NewestAsync(snapshot, run.Settings.MostLessons, cancellationToken);
        foreach (var lesson in read.Lessons)
        {
            sieve.Add(lesson);
        }

        if (read.SetAside.Count > 0)
        {
            await work.QuarantineAsync($"{BlobContainers.TeacherOutputs}/{run.Task}/{context.InstanceId}.jsonl", read.SetAside, cancellationToken);
        }

        var clear = sieve.Finish();
        var placed = PlacedLessons.Of(clear, release);
        var usable = placed.Usable;
        var counts = new Curation(
            read.Lines, read.Malformed, sieve.Duplicates, sieve.NearDuplicates, sieve.Conflicting, sieve.Leaked, usable.Count,
            labels.ToDictionary(label => label, label => usable.Count(lesson => lesson.Teacher!.Label == label)),
            null, 0, 0, 0, regression.Count)
        {
            Absent = placed.Absent,
            Ambiguous = placed.Ambiguous,
            OutsideSchema = placed.Refused,
        };
        if (usable.Count < run.Settings.LeastLessons)
        {
            return counts with { Problem = $"{usable.Count} lessons are left of {read.Lines}, and {run.Settings.LeastLessons} are needed.{(placed.Unusable.Count > 0 ? $" From {placed.Unusable.Count} no tagger can learn: a value of the call has to be words of the request, and it has to be certain which." : "")} Gather more, or lower Retraining:LeastLessons." };
        }

        // A lesson is stored within seconds, and counted under the hour in which it was answered, which may have been the one before.
        var weighed = WeighedLessons.Of(placed.Allowed, await quality.SumsAsync(run.Task, snapshot[0].ModifiedAt.AddHours(-2), cancellationToken));
        var split = LessonSplit.Of(weighed.Lessons, release.Manifest.Thresholds.ExamplesNeeded, regression.Count > 0, release.Manifest.CreatedAt);
        counts = counts with { Undrawn = weighed.Lessons.Count - split.Train.Count - split.Calibration.Count - split.Held.Count };
        // What a student cannot learn is served as well: it has its share in thresholds and in the gate, or they would hold for the rest alone.
        var taught = usable.Select(lesson => lesson.Text!).ToHashSet();
        split = split with { Train = [.. split.Train.Where(lesson => taught.Contains(lesson.Text!))] };
        counts = counts with
        {
            Train = split.Train.Count,
            Calibration = split.Calibration.Count,
            Held = split.Held.Count,
            OnlyJudged = split.Calibration.Concat(split.Held).Count(lesson => !taught.Contains(lesson.Text!)),
            Audited = weighed.Releases,
        };
        // What cannot teach is asked about too, where there is any: whoever puts others' calls there would else not be noticed. Apart, so that neither covers the other.
        foreach (var part in (IReadOnlyList<DatasetRecord>[])[usable, placed.Unusable])
        {
            var check = await LeadCheck.AskAsync(inference, release, LessonSplit.Shuffled(part, context.InstanceId, snapshot), run.Settings.RemoteLeadSample, needsOne: part == usable, cancellationToken);
            counts = counts with { LeadAgreement = check is null || counts.LeadAgreement < check.Agreement ? counts.LeadAgreement : check.Agreement };
            if (check?.Problem(run.Task, run.Settings.LeadAgreement) is { } disagreement)
            {
                return counts with { Problem = disagreement };
            }
        }

        await LessonFiles.WriteAsync(blobs, LessonFiles.Name(context.InstanceId, LessonFiles.Train), split.Train, cancellationToken);
        await LessonFiles.WriteAsync(blobs, LessonFiles.Name(context.InstanceId, LessonFiles.Calibration), split.Calibration, cancellationToken);
        await LessonFiles.WriteAsync(blobs, LessonFiles.Name(context.InstanceId, LessonFiles.Held), split.Held, cancellationToken);
        return counts;
    }
}
