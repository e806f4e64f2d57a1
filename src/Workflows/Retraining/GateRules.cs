using System.Globalization;

namespace Understudy.Workflows.Retraining;

/// <summary>Decides whether a new release may serve: it must be worse in nothing that matters, and better in something.</summary>
internal static class GateRules
{
    /// <summary>Of a label with fewer examples, one mistake more says nothing.</summary>
    private const int LeastOfLabel = 20;

    /// <summary>Milliseconds that a student may take more, whatever it took before.</summary>
    private const double Slack = 0.2;

    /// <param name="before">The release that serves.</param>
    /// <param name="after">The new one.</param>
    /// <param name="pValue">Of the paired test.</param>
    /// <param name="recalls">By label.</param>
    /// <param name="examples">That both answered, of those that are like what is served.</param>
    /// <param name="epsilon">Of the task's guarantee: what the cascade may be worse than the lead.</param>
    /// <param name="settings">What the new one has to show.</param>
    /// <param name="others">Students that were retrained beside the first.</param>
    public static (bool Accepted, IReadOnlyList<string> Reasons) Decide(
        GateFigures before, GateFigures after, double pValue, IReadOnlyDictionary<string, RecallPair> recalls, int examples, double epsilon, RetrainSettings settings,
        IReadOnlyList<StudentPair>? others = null)
    {
        var against = new List<string>();
        void Refuse(bool isWorse, FormattableString reason)
        {
            if (isWorse)
            {
                against.Add(reason.ToString(CultureInfo.InvariantCulture));
            }
        }

        Refuse(examples < LeastOfLabel, $"There are {examples} examples to judge by, and {LeastOfLabel} are needed. Gather more lessons, or give the task a {RegressionSet.FileName}.");
        // What the serving release passes on, the lead answers; of that a new one may lose what the guarantee lets it.
        var cascade = settings.MostAccuracyLost + epsilon;
        Refuse(before.Accuracy - after.Accuracy > cascade, $"The cascade's accuracy falls from {before.Accuracy:P2} to {after.Accuracy:P2}; at most {cascade:P2} may be lost.");
        Refuse(before.StudentAccuracy - after.StudentAccuracy > settings.MostAccuracyLost, $"The student's accuracy falls from {before.StudentAccuracy:P2} to {after.StudentAccuracy:P2}; at most {settings.MostAccuracyLost:P2} may be lost.");
        Refuse(pValue < McNemar.Significance, $"The cascade loses more than the guarantee lets it by a paired test (exact McNemar, p = {pValue:G2}).");
        foreach (var (label, recall) in recalls.Where(pair => pair.Value.Examples >= LeastOfLabel))
        {
            // The guarantee lets students be wrong on a share epsilon of all inputs where the lead is right, and one rare label may bear it all.
            var most = settings.MostRecallLost + (epsilon * examples / recall.Examples);
            Refuse(recall.Before - recall.After > most, $"The recall of '{label}' falls from {recall.Before:P1} to {recall.After:P1}; at most {most:P1} may be lost.");
        }

        Refuse(before.Certified && !after.Certified, $"No thresholds keep the task's guarantee for the new student. More lessons are needed.");
        Refuse(WasThere(before.StudentMilliseconds) && after.CalibrationError - before.CalibrationError > settings.MostCalibrationLost, $"The student's calibration error grows from {before.CalibrationError:P1} to {after.CalibrationError:P1}.");
        Refuse(IsSlower(before.StudentMilliseconds, after.StudentMilliseconds, settings), $"The student takes {after.StudentMilliseconds:0.000} ms a text, and took {before.StudentMilliseconds:0.000}.");
        foreach (var (name, was, now) in others ?? [])
        {
            Refuse(was.Accuracy - now.Accuracy > settings.MostAccuracyLost, $"The accuracy of '{name}' falls from {was.Accuracy:P2} to {now.Accuracy:P2}; at most {settings.MostAccuracyLost:P2} may be lost.");
            Refuse(WasThere(was.Milliseconds) && now.CalibrationError - was.CalibrationError > settings.MostCalibrationLost, $"The calibration error of '{name}' grows from {was.CalibrationError:P1} to {now.CalibrationError:P1}.");
            Refuse(IsSlower(was.Milliseconds, now.Milliseconds, settings), $"'{name}' takes {now.Milliseconds:0.000} ms a text, and took {was.Milliseconds:0.000}.");
        }

        var bytes = after.Bytes - after.AddedBytes; // as with its time: a student that was not there has not grown
        Refuse(bytes > before.Bytes * settings.MostTimesLarger, $"The release has {bytes} bytes{(after.AddedBytes > 0 ? " beside its new students" : "")}, and had {before.Bytes}.");
        if (against.Count > 0)
        {
            return (false, against);
        }

        var gains = Gains(before, after, others ?? []);
        return gains.Count > 0 ? (true, gains) : (false, ["It is better in nothing: neither does the student know more, nor does it answer more."]);
    }

    /// <summary>Whether a time for a text has grown beyond what is allowed; both in milliseconds.</summary>
    /// <param name="before">0 where there was nothing that took any: then none has grown.</param>
    public static bool IsSlower(double before, double after, RetrainSettings settings) => WasThere(before) && after > (before * settings.MostTimesSlower) + Slack;

    /// <summary>False for a student that the release before does not have; whatever is asked takes its time.</summary>
    private static bool WasThere(double milliseconds) => milliseconds > 0;

    private static List<string> Gains(GateFigures before, GateFigures after, IReadOnlyList<StudentPair> others)
    {
        var gains = new List<string>();
        void Gain(bool isBetter, FormattableString what)
        {
            if (isBetter)
            {
                gains.Add(what.ToString(CultureInfo.InvariantCulture));
            }
        }

        Gain(after.StudentAccuracy > before.StudentAccuracy, $"The student's accuracy rises from {before.StudentAccuracy:P2} to {after.StudentAccuracy:P2}.");
        foreach (var (name, was, now) in others)
        {
            Gain(now.Accuracy > was.Accuracy, $"The accuracy of '{name}' rises from {was.Accuracy:P2} to {now.Accuracy:P2}.");
        }

        Gain(after.Accuracy > before.Accuracy, $"The cascade's accuracy rises from {before.Accuracy:P2} to {after.Accuracy:P2}.");
        Gain(after.StudentShare > before.StudentShare, $"Students answer {after.StudentShare:P1}, and answered {before.StudentShare:P1}.");
        Gain(after.Certified && !before.Certified, $"The thresholds keep the task's guarantee now.");
        return gains;
    }
}
