<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ar">
<context>
    <name>AdminError</name>
    <message>
        <source>Too many requests are under way; try again in a moment.</source>
        <translation>طلبات كثيرة قيد التنفيذ؛ حاول مجددًا بعد لحظة.</translation>
    </message>
    <message>
        <source>This profile is read-only: nothing was changed.</source>
        <translation>هذا الملف للقراءة فقط: لم يتغيّر شيء.</translation>
    </message>
    <message>
        <source>The server does not answer.</source>
        <translation>الخادم لا يجيب.</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is not trusted.</source>
        <translation>شهادة الخادم غير موثوقة.</translation>
    </message>
    <message>
        <source>The server did not answer in time.</source>
        <translation>لم يُجب الخادم في الوقت المحدد.</translation>
    </message>
    <message>
        <source>The token was refused: it is wrong or has expired.</source>
        <translation>رُفض رمز الدخول: إنه خاطئ أو انتهت صلاحيته.</translation>
    </message>
    <message>
        <source>Your role does not allow this.</source>
        <translation>دورك لا يسمح بهذا.</translation>
    </message>
    <message>
        <source>There is no such thing on this server.</source>
        <translation>لا وجود لهذا على هذا الخادم.</translation>
    </message>
    <message>
        <source>The server refused the request.</source>
        <translation>رفض الخادم الطلب.</translation>
    </message>
    <message>
        <source>The server failed.</source>
        <translation>تعطّل الخادم.</translation>
    </message>
    <message>
        <source>What answers is not Hudhud&apos;s admin endpoint.</source>
        <translation>المجيب ليس نقطة إدارة هدهد.</translation>
    </message>
</context>
<context>
    <name>Columns</name>
    <message>
        <source>Failed again</source>
        <translation>فشلت ثانية</translation>
    </message>
    <message>
        <source>Failure</source>
        <translation>سبب الفشل</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>الرسائل</translation>
    </message>
    <message>
        <source>First</source>
        <translation>الأول</translation>
    </message>
    <message>
        <source>Latest</source>
        <translation>الأحدث</translation>
    </message>
    <message>
        <source>Replays</source>
        <translation>الإعادات</translation>
    </message>
    <message>
        <source>Died</source>
        <translation>وقت الموت</translation>
    </message>
    <message>
        <source>Recipient</source>
        <translation>المستلم</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>الموضوع</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>السبب</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>الصنف</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>المعرّف</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>المهمة</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>النوع</translation>
    </message>
    <message>
        <source>State</source>
        <translation>الحالة</translation>
    </message>
    <message>
        <source>Selected</source>
        <translation>المحدَّد</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>المنجَز</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>المرفوض</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>المتبقي</translation>
    </message>
    <message>
        <source>By</source>
        <translation>بواسطة</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>وقت الإنشاء</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>لماذا</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>وقت القبول</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>الحالة</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>الأولوية</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>المرسل</translation>
    </message>
    <message>
        <source>Retries</source>
        <translation>المحاولات</translation>
    </message>
    <message>
        <source>Slow</source>
        <translation>بطيء</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>بالانتظار</translation>
    </message>
    <message>
        <source>In flight</source>
        <translation>في الطريق</translation>
    </message>
    <message>
        <source>Unsent</source>
        <translation>لم يُرسل</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>متصل منذ</translation>
    </message>
    <message>
        <source>Last active</source>
        <translation>آخر نشاط</translation>
    </message>
    <message>
        <source>Hub</source>
        <translation>المحور</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>النقل</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>البروتوكول</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>العنوان</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>البرنامج</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>الاتصال</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>العقدة</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>المعالج</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>الذاكرة</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>الاتصالات</translation>
    </message>
    <message>
        <source>Requests/s</source>
        <translation>طلبات/ث</translation>
    </message>
    <message>
        <source>To disk</source>
        <translation>إلى القرص</translation>
    </message>
    <message>
        <source>Response</source>
        <translation>زمن الجواب</translation>
    </message>
    <message>
        <source>Heartbeat</source>
        <translation>النبضة</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>الإصدار</translation>
    </message>
    <message>
        <source>Depends on</source>
        <translation>يعتمد على</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>منذ</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>النداءات</translation>
    </message>
    <message>
        <source>Failures</source>
        <translation>حالات الفشل</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>المردود</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>مرات الفتح</translation>
    </message>
    <message>
        <source>Latest failure</source>
        <translation>آخر فشل</translation>
    </message>
    <message>
        <source>Oldest</source>
        <translation>الأقدم</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>المجدول</translation>
    </message>
    <message>
        <source>Retrying</source>
        <translation>يُعاد</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>الاسم</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>مستخدم</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>الوصف</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>الخطأ</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>المفتاح</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>القيمة</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>المبدئي</translation>
    </message>
    <message>
        <source>Comes from</source>
        <translation>المصدر</translation>
    </message>
    <message>
        <source>Reloadable</source>
        <translation>يُعاد تحميله</translation>
    </message>
    <message>
        <source>May</source>
        <translation>يحق له</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>الحساب</translation>
    </message>
    <message>
        <source>Messages/s</source>
        <translation>رسائل/ث</translation>
    </message>
    <message>
        <source>Messages/day</source>
        <translation>رسائل/يوم</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>ينتهي</translation>
    </message>
    <message>
        <source>When</source>
        <translation>متى</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>من</translation>
    </message>
    <message>
        <source>From</source>
        <translation>من أين</translation>
    </message>
    <message>
        <source>What</source>
        <translation>ماذا</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>كم</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>النتيجة</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>التفاصيل</translation>
    </message>
    <message>
        <source>Contradiction</source>
        <translation>التناقض</translation>
    </message>
    <message>
        <source>Explanation</source>
        <translation>الشرح</translation>
    </message>
</context>
<context>
    <name>Filters</name>
    <message>
        <source>Recipient</source>
        <translation>المستلم</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>الحالة</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>النقل</translation>
    </message>
    <message>
        <source>Hub</source>
        <translation>المحور</translation>
    </message>
    <message>
        <source>Idle for s</source>
        <translation>خامل منذ (ث)</translation>
    </message>
    <message>
        <source>Has backlog</source>
        <translation>لديه متراكم</translation>
    </message>
    <message>
        <source>Slow</source>
        <translation>بطيء</translation>
    </message>
    <message>
        <source>Text in subject or content</source>
        <translation>نص في الموضوع أو المحتوى</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>السبب</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>الصنف</translation>
    </message>
    <message>
        <source>Metadata key or key=value</source>
        <translation>مفتاح وصفي أو مفتاح=قيمة</translation>
    </message>
    <message>
        <source>Attempts from</source>
        <translation>المحاولات من</translation>
    </message>
    <message>
        <source>Id or its first characters</source>
        <translation>المعرّف أو أوله</translation>
    </message>
    <message>
        <source>From, like 2026-12-01T14:00:00Z</source>
        <translation>من، مثل ⁦2026-12-01T14:00:00Z⁩</translation>
    </message>
    <message>
        <source>Until, like 2026-12-01T15:00:00Z</source>
        <translation>إلى، مثل ⁦2026-12-01T15:00:00Z⁩</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>من</translation>
    </message>
    <message>
        <source>What, like dead-letters.replay</source>
        <translation>ماذا، مثل dead-letters.replay</translation>
    </message>
    <message>
        <source>Text in the detail</source>
        <translation>نص في التفاصيل</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Overview</source>
        <translation>نظرة عامة</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>الرسائل الميتة</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>الرسائل</translation>
    </message>
    <message>
        <source>Recipient</source>
        <translation>المستلم</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>الاتصالات</translation>
    </message>
    <message>
        <source>Queues</source>
        <translation>الطوابير</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>العقد</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>سجل التدقيق</translation>
    </message>
    <message>
        <source>Consistency</source>
        <translation>الاتساق</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>الذاكرة المخبأة</translation>
    </message>
    <message>
        <source>Plugins</source>
        <translation>الملحقات</translation>
    </message>
    <message>
        <source>Configuration</source>
        <translation>الإعدادات</translation>
    </message>
    <message>
        <source>API keys</source>
        <translation>مفاتيح الواجهة</translation>
    </message>
</context>
<context>
    <name>Texts</name>
    <message>
        <source>yes</source>
        <translation>نعم</translation>
    </message>
    <message>
        <source>no</source>
        <translation>لا</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation>قبل %1 ث</translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s) ago</source>
        <translation>
            <numerusform>قبل %n دقيقة</numerusform>
            <numerusform>قبل دقيقة</numerusform>
            <numerusform>قبل دقيقتين</numerusform>
            <numerusform>قبل %n دقائق</numerusform>
            <numerusform>قبل %n دقيقة</numerusform>
            <numerusform>قبل %n دقيقة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s) ago</source>
        <translation>
            <numerusform>قبل %n ساعة</numerusform>
            <numerusform>قبل ساعة</numerusform>
            <numerusform>قبل ساعتين</numerusform>
            <numerusform>قبل %n ساعات</numerusform>
            <numerusform>قبل %n ساعة</numerusform>
            <numerusform>قبل %n ساعة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) ago</source>
        <translation>
            <numerusform>قبل %n يوم</numerusform>
            <numerusform>قبل يوم</numerusform>
            <numerusform>قبل يومين</numerusform>
            <numerusform>قبل %n أيام</numerusform>
            <numerusform>قبل %n يومًا</numerusform>
            <numerusform>قبل %n يوم</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 ث</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 د %2 ث</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 س %2 د</translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n يوم</numerusform>
            <numerusform>يوم واحد</numerusform>
            <numerusform>يومان</numerusform>
            <numerusform>%n أيام</numerusform>
            <numerusform>%n يومًا</numerusform>
            <numerusform>%n يوم</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 م.ث</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>سليم</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>تحذير</translation>
    </message>
    <message>
        <source>Bad</source>
        <translation>سيئ</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>queued</source>
        <translation>في الطابور</translation>
    </message>
    <message>
        <source>on its way</source>
        <translation>في طريقها</translation>
    </message>
    <message>
        <source>delivered</source>
        <translation>سُلّمت</translation>
    </message>
    <message>
        <source>dead letter</source>
        <translation>رسالة ميتة</translation>
    </message>
    <message>
        <source>discarded</source>
        <translation>مستبعدة</translation>
    </message>
    <message>
        <source>not acknowledged, attempts used up</source>
        <translation>لم يُؤكَّد استلامها ونفدت المحاولات</translation>
    </message>
    <message>
        <source>delivery limit reached</source>
        <translation>بلغت حد التسليم</translation>
    </message>
    <message>
        <source>rejected by the app</source>
        <translation>رفضها التطبيق</translation>
    </message>
    <message>
        <source>expired</source>
        <translation>انتهت صلاحيتها</translation>
    </message>
    <message>
        <source>superseded</source>
        <translation>حلّت محلها أحدث</translation>
    </message>
    <message>
        <source>permanent error</source>
        <translation>خطأ دائم</translation>
    </message>
    <message>
        <source>transient</source>
        <translation>عابر</translation>
    </message>
    <message>
        <source>permanent</source>
        <translation>دائم</translation>
    </message>
    <message>
        <source>system</source>
        <translation>نظامي</translation>
    </message>
    <message>
        <source>business</source>
        <translation>متعلق بالعمل</translation>
    </message>
    <message>
        <source>no longer stored</source>
        <translation>لم تعد مخزنة</translation>
    </message>
    <message>
        <source>no dead letter any more</source>
        <translation>لم تعد ميتة</translation>
    </message>
    <message>
        <source>not discarded</source>
        <translation>غير مستبعدة</translation>
    </message>
    <message>
        <source>low</source>
        <translation>منخفضة</translation>
    </message>
    <message>
        <source>normal</source>
        <translation>عادية</translation>
    </message>
    <message>
        <source>high</source>
        <translation>عالية</translation>
    </message>
    <message>
        <source>critical</source>
        <translation>حرجة</translation>
    </message>
    <message>
        <source>replay</source>
        <translation>إعادة إرسال</translation>
    </message>
    <message>
        <source>discard</source>
        <translation>استبعاد</translation>
    </message>
    <message>
        <source>restore</source>
        <translation>استرجاع</translation>
    </message>
    <message>
        <source>running</source>
        <translation>قيد التشغيل</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>متوقفة مؤقتًا</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>متوقفة</translation>
    </message>
    <message>
        <source>completed</source>
        <translation>مكتملة</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>ملغاة</translation>
    </message>
    <message>
        <source>healthy</source>
        <translation>سليمة</translation>
    </message>
    <message>
        <source>degraded</source>
        <translation>متراجعة</translation>
    </message>
    <message>
        <source>unhealthy</source>
        <translation>معتلّة</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>غير متصلة</translation>
    </message>
    <message>
        <source>draining</source>
        <translation>قيد الإفراغ</translation>
    </message>
    <message>
        <source>started</source>
        <translation>بدأ</translation>
    </message>
    <message>
        <source>loaded</source>
        <translation>محمّل</translation>
    </message>
    <message>
        <source>read</source>
        <translation>مقروء</translation>
    </message>
    <message>
        <source>resolved</source>
        <translation>محلول التبعيات</translation>
    </message>
    <message>
        <source>configured</source>
        <translation>مضبوط</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>فشل</translation>
    </message>
    <message>
        <source>done</source>
        <translation>تم</translation>
    </message>
    <message>
        <source>forbidden</source>
        <translation>ممنوع</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>متصل</translation>
    </message>
    <message>
        <source>idle</source>
        <translation>خامل</translation>
    </message>
    <message>
        <source>reconnecting</source>
        <translation>يعاود الاتصال</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>غير متصل</translation>
    </message>
    <message>
        <source>active</source>
        <translation>فعّال</translation>
    </message>
    <message>
        <source>revoked</source>
        <translation>ملغى</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>مغلق</translation>
    </message>
    <message>
        <source>open</source>
        <translation>مفتوح</translation>
    </message>
    <message>
        <source>half-open</source>
        <translation>نصف مفتوح</translation>
    </message>
    <message>
        <source>pending, but in no queue</source>
        <translation>معلّقة وليست في أي طابور</translation>
    </message>
    <message>
        <source>queue entry without a message</source>
        <translation>مدخل طابور بلا رسالة</translation>
    </message>
    <message>
        <source>state without a message</source>
        <translation>حالة بلا رسالة</translation>
    </message>
    <message>
        <source>events do not lead to the status</source>
        <translation>الأحداث لا تقود إلى الحالة</translation>
    </message>
    <message>
        <source>lease that nobody renews</source>
        <translation>حجز لا يجدده أحد</translation>
    </message>
    <message>
        <source>failed, to be retried</source>
        <translation>فشلت وستُعاد</translation>
    </message>
</context>
<context>
    <name>hudhud::console::ApiKeysPage</name>
    <message>
        <source>No API keys yet.</source>
        <translation>لا مفاتيح بعد.</translation>
    </message>
    <message>
        <source>API keys</source>
        <translation>مفاتيح الواجهة</translation>
    </message>
    <message>
        <source>New key…</source>
        <translation>مفتاح جديد…</translation>
    </message>
    <message>
        <source>Replace…</source>
        <translation>استبدال…</translation>
    </message>
    <message>
        <source>Revoke…</source>
        <translation>إلغاء…</translation>
    </message>
    <message>
        <source>The new key</source>
        <translation>المفتاح الجديد</translation>
    </message>
    <message>
        <source>Copy the key now: it is not shown again.

%1</source>
        <translation>انسخ المفتاح الآن: لن يُعرض مرة أخرى.

%1</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>مفتاح جديد</translation>
    </message>
    <message>
        <source>Name of the business</source>
        <translation>اسم الجهة</translation>
    </message>
    <message>
        <source>Replace a key</source>
        <translation>استبدال مفتاح</translation>
    </message>
    <message>
        <source>The old key works for so many hours more</source>
        <translation>يبقى المفتاح القديم صالحًا لهذا العدد من الساعات</translation>
    </message>
    <message>
        <source>Revoke — %1</source>
        <translation>إلغاء — %1</translation>
    </message>
    <message>
        <source>Whoever uses the key %1 can send nothing any more.</source>
        <translation>لن يستطيع من يستعمل المفتاح %1 إرسال شيء بعد الآن.</translation>
    </message>
    <message>
        <source>Revoke the key</source>
        <translation>إلغاء المفتاح</translation>
    </message>
    <message>
        <source>The key is revoked.</source>
        <translation>أُلغي المفتاح.</translation>
    </message>
</context>
<context>
    <name>hudhud::console::AuditPage</name>
    <message>
        <source>Nothing was changed yet.</source>
        <translation>لم يتغيّر شيء بعد.</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>سجل التدقيق</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>تصدير…</translation>
    </message>
</context>
<context>
    <name>hudhud::console::CachePage</name>
    <message>
        <source>Keys, like presence:*</source>
        <translation>مفاتيح، مثل presence:*</translation>
    </message>
    <message>
        <source>Keys to forget</source>
        <translation>المفاتيح المراد نسيانها</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>نسيان</translation>
    </message>
    <message>
        <source>Removes these keys from the cache; they are read from the store again</source>
        <translation>يزيل هذه المفاتيح من الذاكرة المخبأة فتُقرأ من المخزن مجددًا</translation>
    </message>
    <message>
        <source>Plugin</source>
        <translation>الملحق</translation>
    </message>
    <message>
        <source>Entries</source>
        <translation>المدخلات</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>الحجم</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>نسبة الإصابة</translation>
    </message>
    <message>
        <source>Hits</source>
        <translation>الإصابات</translation>
    </message>
    <message>
        <source>Misses</source>
        <translation>الإخفاقات</translation>
    </message>
    <message>
        <source>Pushed out</source>
        <translation>المُزاح</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>المنتهي</translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) forgotten.</source>
        <translation>
            <numerusform>لم يُنسَ أي مفتاح.</numerusform>
            <numerusform>نُسي مفتاح واحد.</numerusform>
            <numerusform>نُسي مفتاحان.</numerusform>
            <numerusform>نُسيت %n مفاتيح.</numerusform>
            <numerusform>نُسي %n مفتاحًا.</numerusform>
            <numerusform>نُسي %n مفتاح.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hudhud::console::CommandBox</name>
    <message>
        <source>Go to</source>
        <translation>اذهب إلى</translation>
    </message>
    <message>
        <source>Page, node, recipient, or id of a message or job</source>
        <translation>صفحة أو عقدة أو مستلم أو معرّف رسالة أو رقم مهمة</translation>
    </message>
    <message>
        <source>What to go to</source>
        <translation>الوجهة</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>ما عُثر عليه</translation>
    </message>
</context>
<context>
    <name>hudhud::console::ConfigurationPage</name>
    <message>
        <source>Configuration</source>
        <translation>الإعدادات</translation>
    </message>
</context>
<context>
    <name>hudhud::console::ConfirmDialog</name>
    <message>
        <source>&amp;Why</source>
        <translation>&amp;السبب</translation>
    </message>
    <message>
        <source>Type %1 to &amp;confirm</source>
        <translation>اكتب %1 لل&amp;تأكيد</translation>
    </message>
</context>
<context>
    <name>hudhud::console::ConnectionStatus</name>
    <message>
        <source>Connection</source>
        <translation>الاتصال</translation>
    </message>
    <message>
        <source>Age of what is shown</source>
        <translation>عمر المعروض</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>جارٍ الاتصال…</translation>
    </message>
    <message>
        <source>Connected, live</source>
        <translation>متصل، مباشر</translation>
    </message>
    <message>
        <source>Connected, asks regularly</source>
        <translation>متصل، يسأل دوريًا</translation>
    </message>
    <message>
        <source>Connection lost, trying again: %1</source>
        <translation>انقطع الاتصال وتجري المحاولة: %1</translation>
    </message>
    <message>
        <source>data: %1</source>
        <translation>البيانات: %1</translation>
    </message>
    <message>
        <source>no data yet</source>
        <translation>لا بيانات بعد</translation>
    </message>
    <message>
        <source>role unknown</source>
        <translation>الدور غير معروف</translation>
    </message>
    <message>
        <source>viewer</source>
        <translation>مشاهد</translation>
    </message>
    <message>
        <source>operator</source>
        <translation>مشغّل</translation>
    </message>
    <message>
        <source>admin</source>
        <translation>مدير</translation>
    </message>
    <message>
        <source>node %1</source>
        <translation>العقدة %1</translation>
    </message>
    <message>
        <source>the token has expired</source>
        <translation>انتهت صلاحية رمز الدخول</translation>
    </message>
    <message>
        <source>the token expires in %1</source>
        <translation>تنتهي صلاحية رمز الدخول بعد %1</translation>
    </message>
</context>
<context>
    <name>hudhud::console::ConnectionsPage</name>
    <message>
        <source>Nobody is connected to this node.</source>
        <translation>لا أحد متصل بهذه العقدة.</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>الاتصالات</translation>
    </message>
    <message>
        <source>Disconnect…</source>
        <translation>قطع الاتصال…</translation>
    </message>
    <message>
        <source>Disconnect all that match…</source>
        <translation>قطع كل المطابق…</translation>
    </message>
    <message>
        <source>%1 of %2 connections of %3</source>
        <translation>%1 من %2 من اتصالات %3</translation>
    </message>
    <message>
        <source>Disconnect — %1</source>
        <translation>قطع الاتصال — %1</translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) will be closed. The phones come back by themselves.</source>
        <translation>
            <numerusform>لن يُغلق أي اتصال.</numerusform>
            <numerusform>سيُغلق اتصال واحد. يعود الهاتف من تلقاء نفسه.</numerusform>
            <numerusform>سيُغلق اتصالان. تعود الهواتف من تلقاء نفسها.</numerusform>
            <numerusform>ستُغلق %n اتصالات. تعود الهواتف من تلقاء نفسها.</numerusform>
            <numerusform>سيُغلق %n اتصالًا. تعود الهواتف من تلقاء نفسها.</numerusform>
            <numerusform>سيُغلق %n اتصال. تعود الهواتف من تلقاء نفسها.</numerusform>
        </translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>قطع الاتصال</translation>
    </message>
    <message>
        <source>Disconnected.</source>
        <translation>قُطع الاتصال.</translation>
    </message>
    <message numerus="yes">
        <source>All %n connection(s) that match the filter now will be closed.</source>
        <translation>
            <numerusform>لا اتصال يطابق التصفية الآن.</numerusform>
            <numerusform>سيُغلق الاتصال الوحيد المطابق للتصفية الآن.</numerusform>
            <numerusform>سيُغلق الاتصالان المطابقان للتصفية الآن.</numerusform>
            <numerusform>ستُغلق كل الاتصالات المطابقة للتصفية الآن وعددها %n.</numerusform>
            <numerusform>ستُغلق كل الاتصالات المطابقة للتصفية الآن وعددها %n.</numerusform>
            <numerusform>ستُغلق كل الاتصالات المطابقة للتصفية الآن وعددها %n.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) closed.</source>
        <translation>
            <numerusform>لم يُغلق أي اتصال.</numerusform>
            <numerusform>أُغلق اتصال واحد.</numerusform>
            <numerusform>أُغلق اتصالان.</numerusform>
            <numerusform>أُغلقت %n اتصالات.</numerusform>
            <numerusform>أُغلق %n اتصالًا.</numerusform>
            <numerusform>أُغلق %n اتصال.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hudhud::console::ConsistencyPage</name>
    <message>
        <source>No contradictions were found.</source>
        <translation>لم يُعثر على تناقضات.</translation>
    </message>
    <message>
        <source>Contradictions</source>
        <translation>التناقضات</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>فحص</translation>
    </message>
    <message>
        <source>Check and mend</source>
        <translation>فحص وإصلاح</translation>
    </message>
    <message>
        <source>State</source>
        <translation>الحالة</translation>
    </message>
    <message>
        <source>running</source>
        <translation>جارٍ</translation>
    </message>
    <message>
        <source>never checked</source>
        <translation>لم يُفحص بعد</translation>
    </message>
    <message>
        <source>done</source>
        <translation>تم</translation>
    </message>
    <message>
        <source>Begun</source>
        <translation>البداية</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>النهاية</translation>
    </message>
    <message>
        <source>Examined</source>
        <translation>المفحوص</translation>
    </message>
    <message>
        <source>Mended</source>
        <translation>المُصلَح</translation>
    </message>
    <message>
        <source>Ended early</source>
        <translation>انتهى مبكرًا</translation>
    </message>
    <message>
        <source>The check runs in the server.</source>
        <translation>يجري الفحص في الخادم.</translation>
    </message>
</context>
<context>
    <name>hudhud::console::ContentViewer</name>
    <message>
        <source>Text</source>
        <translation>نص</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>بايتات</translation>
    </message>
    <message>
        <source>Content as text</source>
        <translation>المحتوى نصًا</translation>
    </message>
    <message>
        <source>Content as JSON</source>
        <translation>المحتوى بصيغة JSON</translation>
    </message>
    <message>
        <source>Content as bytes</source>
        <translation>المحتوى بالبايتات</translation>
    </message>
</context>
<context>
    <name>hudhud::console::DeadLettersPage</name>
    <message>
        <source>Messages</source>
        <translation>الرسائل</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>المهام</translation>
    </message>
    <message>
        <source>Replay…</source>
        <translation>إعادة الإرسال…</translation>
    </message>
    <message>
        <source>Edit and replay…</source>
        <translation>تحرير وإعادة الإرسال…</translation>
    </message>
    <message>
        <source>Discard…</source>
        <translation>استبعاد…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>تصدير…</translation>
    </message>
    <message>
        <source>No dead letters. All is well.</source>
        <translation>لا رسائل ميتة. كل شيء على ما يرام.</translation>
    </message>
    <message>
        <source>Failures</source>
        <translation>حالات الفشل</translation>
    </message>
    <message>
        <source>No dead letters.</source>
        <translation>لا رسائل ميتة.</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>الرسائل الميتة</translation>
    </message>
    <message>
        <source>No jobs yet. A replay, a discard or a restore makes one.</source>
        <translation>لا مهام بعد. تنشأ المهمة بإعادة إرسال أو استبعاد أو استرجاع.</translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>لم تُحدد أي رسالة</numerusform>
            <numerusform>رسالة واحدة محددة</numerusform>
            <numerusform>رسالتان محددتان</numerusform>
            <numerusform>%n رسائل محددة</numerusform>
            <numerusform>%n رسالة محددة</numerusform>
            <numerusform>%n رسالة محددة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n dead letter(s)</source>
        <translation>
            <numerusform>لا رسائل ميتة</numerusform>
            <numerusform>الرسالة الميتة الوحيدة</numerusform>
            <numerusform>الرسالتان الميتتان كلتاهما</numerusform>
            <numerusform>كل الرسائل الميتة وعددها %n</numerusform>
            <numerusform>كل الرسائل الميتة وعددها %n</numerusform>
            <numerusform>كل الرسائل الميتة وعددها %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n dead letter(s) that match</source>
        <translation>
            <numerusform>لا رسائل ميتة مطابقة</numerusform>
            <numerusform>الرسالة الميتة المطابقة الوحيدة</numerusform>
            <numerusform>الرسالتان الميتتان المطابقتان</numerusform>
            <numerusform>كل الرسائل الميتة المطابقة وعددها %n</numerusform>
            <numerusform>كل الرسائل الميتة المطابقة وعددها %n</numerusform>
            <numerusform>كل الرسائل الميتة المطابقة وعددها %n</numerusform>
        </translation>
    </message>
    <message>
        <source>Job %1 runs in the server.</source>
        <translation>المهمة %1 تعمل في الخادم.</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>اعرضها</translation>
    </message>
    <message>
        <source>The corrected copy is on its way; the original is discarded.</source>
        <translation>النسخة المصححة في طريقها والأصل مستبعد.</translation>
    </message>
    <message>
        <source>Discard — %1</source>
        <translation>استبعاد — %1</translation>
    </message>
    <message>
        <source>%1 will be hidden, and removed when the time for undoing has passed.</source>
        <translation>سيُخفى: %1، ثم يُزال عند انقضاء مهلة التراجع.</translation>
    </message>
    <message numerus="yes">
        <source>Discard %n message(s)</source>
        <translation>
            <numerusform>لا رسائل للاستبعاد</numerusform>
            <numerusform>استبعاد رسالة واحدة</numerusform>
            <numerusform>استبعاد رسالتين</numerusform>
            <numerusform>استبعاد %n رسائل</numerusform>
            <numerusform>استبعاد %n رسالة</numerusform>
            <numerusform>استبعاد %n رسالة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Job %1 discards %n message(s).</source>
        <translation>
            <numerusform>المهمة %1 لا تستبعد شيئًا.</numerusform>
            <numerusform>المهمة %1 تستبعد رسالة واحدة.</numerusform>
            <numerusform>المهمة %1 تستبعد رسالتين.</numerusform>
            <numerusform>المهمة %1 تستبعد %n رسائل.</numerusform>
            <numerusform>المهمة %1 تستبعد %n رسالة.</numerusform>
            <numerusform>المهمة %1 تستبعد %n رسالة.</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>They are being restored.</source>
        <translation>يجري استرجاعها.</translation>
    </message>
</context>
<context>
    <name>hudhud::console::EditDialog</name>
    <message>
        <source>Edit and replay — %1</source>
        <translation>تحرير وإعادة الإرسال — %1</translation>
    </message>
    <message>
        <source>for the audit</source>
        <translation>لسجل التدقيق</translation>
    </message>
    <message>
        <source>Recipient</source>
        <translation>المستلم</translation>
    </message>
    <message>
        <source>&amp;Subject</source>
        <translation>&amp;الموضوع</translation>
    </message>
    <message>
        <source>&amp;Content</source>
        <translation>&amp;المحتوى</translation>
    </message>
    <message>
        <source>What changes</source>
        <translation>ما يتغيّر</translation>
    </message>
    <message>
        <source>&amp;Why</source>
        <translation>&amp;السبب</translation>
    </message>
    <message>
        <source>Send the copy, discard the original</source>
        <translation>إرسال النسخة واستبعاد الأصل</translation>
    </message>
</context>
<context>
    <name>hudhud::console::ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>تصدير</translation>
    </message>
    <message>
        <source>NDJSON, with everything (*.ndjson);;CSV, as in the table (*.csv)</source>
        <translation>NDJSON، بكل شيء (*.ndjson);;CSV، كما في الجدول (*.csv)</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) written…</source>
        <translation>
            <numerusform>لم تُكتب أي رسالة بعد…</numerusform>
            <numerusform>كُتبت رسالة واحدة…</numerusform>
            <numerusform>كُتبت رسالتان…</numerusform>
            <numerusform>كُتبت %n رسائل…</numerusform>
            <numerusform>كُتبت %n رسالة…</numerusform>
            <numerusform>كُتبت %n رسالة…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) written to %1.</source>
        <translation>
            <numerusform>لم تُكتب أي رسالة في %1.</numerusform>
            <numerusform>كُتبت رسالة واحدة في %1.</numerusform>
            <numerusform>كُتبت رسالتان في %1.</numerusform>
            <numerusform>كُتبت %n رسائل في %1.</numerusform>
            <numerusform>كُتبت %n رسالة في %1.</numerusform>
            <numerusform>كُتبت %n رسالة في %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hudhud::console::FilterBar</name>
    <message>
        <source>Clear</source>
        <translation>مسح</translation>
    </message>
    <message>
        <source>Show everything again (Esc)</source>
        <translation>عرض الكل مجددًا (Esc)</translation>
    </message>
    <message>
        <source>%1: any</source>
        <translation>%1: الكل</translation>
    </message>
</context>
<context>
    <name>hudhud::console::JobPanel</name>
    <message>
        <source>Set rate</source>
        <translation>ضبط المعدل</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>إيقاف مؤقت</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>متابعة</translation>
    </message>
    <message>
        <source>Cancel the job</source>
        <translation>إلغاء المهمة</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>بلا حد</translation>
    </message>
    <message>
        <source> messages/s</source>
        <translation> رسالة/ث</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>المعدل</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>التقدم</translation>
    </message>
    <message>
        <source>Job %1</source>
        <translation>المهمة %1</translation>
    </message>
    <message>
        <source>Choose a job to follow it.</source>
        <translation>اختر مهمة لمتابعتها.</translation>
    </message>
    <message>
        <source>Job %1: %2</source>
        <translation>المهمة %1: %2</translation>
    </message>
    <message>
        <source>%1 of %2 done, %3 refused, %4 left</source>
        <translation>أُنجز %1 من %2، رُفض %3، بقي %4</translation>
    </message>
    <message>
        <source>about %1 to go</source>
        <translation>بقي نحو %1</translation>
    </message>
    <message>
        <source>waits for the canary of %1</source>
        <translation>تنتظر العيّنة (%1)</translation>
    </message>
    <message>
        <source>Of the replayed: %1 delivered, %2 dead again, %3 under way.</source>
        <translation>من المعاد إرسالها: سُلّم %1، ومات ثانية %2، وفي الطريق %3.</translation>
    </message>
    <message>
        <source>Refused: %1.</source>
        <translation>المرفوض: %1.</translation>
    </message>
    <message>
        <source>Stopped because: %1</source>
        <translation>توقفت بسبب: %1</translation>
    </message>
    <message>
        <source>By %1.</source>
        <translation>بواسطة %1.</translation>
    </message>
    <message>
        <source>By %1: %2</source>
        <translation>بواسطة %1: %2</translation>
    </message>
</context>
<context>
    <name>hudhud::console::ListPage</name>
    <message>
        <source>Reveal</source>
        <translation>كشف</translation>
    </message>
    <message>
        <source>Show phone numbers and contents. Needs a right, and is audited.</source>
        <translation>إظهار أرقام الهواتف والمحتويات. يحتاج إلى صلاحية ويُسجَّل في التدقيق.</translation>
    </message>
    <message>
        <source>All of the chosen row</source>
        <translation>كل ما في الصف المختار</translation>
    </message>
</context>
<context>
    <name>hudhud::console::MainWindow</name>
    <message>
        <source>%1 — Hudhud</source>
        <translation>%1 — هدهد</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>للقراءة فقط</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>الصفحات</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;ملف</translation>
    </message>
    <message>
        <source>New &amp;window</source>
        <translation>&amp;نافذة جديدة</translation>
    </message>
    <message>
        <source>&amp;Connections…</source>
        <translation>&amp;الاتصالات…</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;إغلاق</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;خروج</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;عرض</translation>
    </message>
    <message>
        <source>&amp;Refresh</source>
        <translation>&amp;تحديث</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;إيقاف مؤقت</translation>
    </message>
    <message>
        <source>&amp;Filter</source>
        <translation>&amp;تصفية</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>&amp;المظهر</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>&amp;كما في النظام</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;فاتح</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;داكن</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;اللغة</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>&amp;انتقال</translation>
    </message>
    <message>
        <source>&amp;Find anything…</source>
        <translation>&amp;ابحث عن أي شيء…</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;مساعدة</translation>
    </message>
    <message>
        <source>&amp;About Hudhud</source>
        <translation>&amp;حول هدهد</translation>
    </message>
    <message>
        <source>About Hudhud</source>
        <translation>حول هدهد</translation>
    </message>
    <message>
        <source>The operators&apos; console of Hudhud %1.
Server: %2</source>
        <translation>لوحة تشغيل هدهد %1.
الخادم: %2</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>غير معروف</translation>
    </message>
    <message>
        <source>Recipient</source>
        <translation>المستلم</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>الرسالة</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>المهمة</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>العقدة</translation>
    </message>
</context>
<context>
    <name>hudhud::console::MessageView</name>
    <message>
        <source>When</source>
        <translation>متى</translation>
    </message>
    <message>
        <source>What</source>
        <translation>ماذا</translation>
    </message>
    <message>
        <source>Try</source>
        <translation>المحاولة</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>العقدة</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>لماذا</translation>
    </message>
    <message>
        <source>The life of the message</source>
        <translation>حياة الرسالة</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>الخط الزمني</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>المحتوى</translation>
    </message>
    <message>
        <source>All as JSON</source>
        <translation>الكل بصيغة JSON</translation>
    </message>
    <message>
        <source>Choose a message to see its life and what it carries.</source>
        <translation>اختر رسالة لترى حياتها وما تحمله.</translation>
    </message>
    <message>
        <source>Hidden. “Reveal” shows it, which is audited.</source>
        <translation>مخفي. يُظهره زر «كشف» ويُسجَّل ذلك في التدقيق.</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>الموضوع</translation>
    </message>
    <message>
        <source>Recipient</source>
        <translation>المستلم</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>الحالة</translation>
    </message>
    <message>
        <source>Failure</source>
        <translation>سبب الفشل</translation>
    </message>
    <message>
        <source>Died</source>
        <translation>وقت الموت</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>السبب</translation>
    </message>
    <message>
        <source>Discarded</source>
        <translation>سبب الاستبعاد</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>الأولوية</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>المرسل</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>وقت الإنشاء</translation>
    </message>
    <message>
        <source>Replayed</source>
        <translation>أُعيد إرسالها</translation>
    </message>
    <message numerus="yes">
        <source>%n time(s), latest by job %1</source>
        <translation>
            <numerusform>لم يُعد إرسالها، المهمة %1</numerusform>
            <numerusform>مرة واحدة، بالمهمة %1</numerusform>
            <numerusform>مرتين، آخرهما بالمهمة %1</numerusform>
            <numerusform>%n مرات، آخرها بالمهمة %1</numerusform>
            <numerusform>%n مرة، آخرها بالمهمة %1</numerusform>
            <numerusform>%n مرة، آخرها بالمهمة %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Edited from</source>
        <translation>محررة عن</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>البيانات الوصفية</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>المعرّف</translation>
    </message>
</context>
<context>
    <name>hudhud::console::MessagesPage</name>
    <message>
        <source>Cancel it…</source>
        <translation>إلغاؤها…</translation>
    </message>
    <message>
        <source>Copy as curl</source>
        <translation>نسخ كأمر curl</translation>
    </message>
    <message>
        <source>No messages.</source>
        <translation>لا رسائل.</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>الرسائل</translation>
    </message>
    <message>
        <source>Cancel a message — %1</source>
        <translation>إلغاء رسالة — %1</translation>
    </message>
    <message>
        <source>The message %1 will not be delivered.</source>
        <translation>لن تُسلَّم الرسالة %1.</translation>
    </message>
    <message>
        <source>Cancel the message</source>
        <translation>إلغاء الرسالة</translation>
    </message>
    <message>
        <source>The message is cancelled.</source>
        <translation>أُلغيت الرسالة.</translation>
    </message>
</context>
<context>
    <name>hudhud::console::NodesPage</name>
    <message>
        <source>Nodes</source>
        <translation>العقد</translation>
    </message>
    <message>
        <source>Circuit breakers</source>
        <translation>قواطع الدارة</translation>
    </message>
    <message>
        <source>Drain this node…</source>
        <translation>إفراغ هذه العقدة…</translation>
    </message>
    <message>
        <source>Close the breaker by hand</source>
        <translation>إغلاق القاطع يدويًا</translation>
    </message>
    <message>
        <source>Circuit breakers of the node that answers</source>
        <translation>قواطع الدارة في العقدة المجيبة</translation>
    </message>
    <message>
        <source>CPU %1, connections %2, messages %3</source>
        <translation>المعالج %1، الاتصالات %2، الرسائل %3</translation>
    </message>
    <message numerus="yes">
        <source>%n node(s), as many as needed.</source>
        <translation>
            <numerusform>لا عقد، كما يلزم.</numerusform>
            <numerusform>عقدة واحدة، كما يلزم.</numerusform>
            <numerusform>عقدتان، كما يلزم.</numerusform>
            <numerusform>%n عقد، كما يلزم.</numerusform>
            <numerusform>%n عقدة، كما يلزم.</numerusform>
            <numerusform>%n عقدة، كما يلزم.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n node(s); %1 would be right.</source>
        <translation>
            <numerusform>لا عقد؛ المناسب %1.</numerusform>
            <numerusform>عقدة واحدة؛ المناسب %1.</numerusform>
            <numerusform>عقدتان؛ المناسب %1.</numerusform>
            <numerusform>%n عقد؛ المناسب %1.</numerusform>
            <numerusform>%n عقدة؛ المناسب %1.</numerusform>
            <numerusform>%n عقدة؛ المناسب %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>The breaker %1 is closed.</source>
        <translation>القاطع %1 مغلق.</translation>
    </message>
    <message>
        <source>the node that answers</source>
        <translation>العقدة المجيبة</translation>
    </message>
    <message>
        <source>Drain — %1</source>
        <translation>إفراغ — %1</translation>
    </message>
    <message>
        <source>Draining ends %1: it takes no more connections, its phones go to other nodes, then it stops.</source>
        <translation>الإفراغ ينهي %1: لا تقبل اتصالات جديدة وتنتقل هواتفها إلى عقد أخرى ثم تتوقف.</translation>
    </message>
    <message>
        <source>Drain the node</source>
        <translation>إفراغ العقدة</translation>
    </message>
    <message>
        <source>Draining of %1 has begun.</source>
        <translation>بدأ إفراغ %1.</translation>
    </message>
</context>
<context>
    <name>hudhud::console::NoticeBar</name>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
</context>
<context>
    <name>hudhud::console::OverviewPage</name>
    <message>
        <source>Accepted to delivered, p99</source>
        <translation>من القبول إلى التسليم، p99</translation>
    </message>
    <message>
        <source>Delivered per second</source>
        <translation>المسلَّم في الثانية</translation>
    </message>
    <message>
        <source>Failed per second</source>
        <translation>الفاشل في الثانية</translation>
    </message>
    <message>
        <source>Undelivered</source>
        <translation>لم يُسلَّم</translation>
    </message>
    <message>
        <source>Waiting by priority</source>
        <translation>بالانتظار حسب الأولوية</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>الرسائل الميتة</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>العقد</translation>
    </message>
    <message>
        <source>Circuit breakers</source>
        <translation>قواطع الدارة</translation>
    </message>
    <message>
        <source>On the way to disk</source>
        <translation>في الطريق إلى القرص</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>الاتصالات</translation>
    </message>
    <message>
        <source>Messages per second</source>
        <translation>الرسائل في الثانية</translation>
    </message>
    <message>
        <source>Accepted to delivered</source>
        <translation>من القبول إلى التسليم</translation>
    </message>
    <message>
        <source>Undelivered and dead</source>
        <translation>غير المسلَّم والميت</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>الحُكم</translation>
    </message>
    <message numerus="yes">
        <source>Last %n minute(s)</source>
        <translation>
            <numerusform>آخر %n دقيقة</numerusform>
            <numerusform>آخر دقيقة</numerusform>
            <numerusform>آخر دقيقتين</numerusform>
            <numerusform>آخر %n دقائق</numerusform>
            <numerusform>آخر %n دقيقة</numerusform>
            <numerusform>آخر %n دقيقة</numerusform>
        </translation>
    </message>
    <message>
        <source>Time shown</source>
        <translation>المدة المعروضة</translation>
    </message>
    <message>
        <source>Back in time</source>
        <translation>العودة في الزمن</translation>
    </message>
    <message>
        <source>Drag to look back over the last hour</source>
        <translation>اسحب للنظر في الساعة الماضية</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>إيقاف مؤقت</translation>
    </message>
    <message>
        <source>Charts stand still while the tiles go on</source>
        <translation>تثبت المخططات وتستمر المربعات</translation>
    </message>
    <message>
        <source>All is well.</source>
        <translation>كل شيء على ما يرام.</translation>
    </message>
    <message>
        <source>Something needs attention: %1</source>
        <translation>أمر يحتاج إلى انتباه: %1</translation>
    </message>
    <message>
        <source>Something is broken: %1</source>
        <translation>شيء معطّل: %1</translation>
    </message>
    <message>
        <source>The server does not say how it is.</source>
        <translation>الخادم لا يخبر عن حاله.</translation>
    </message>
    <message>
        <source>half within %1</source>
        <translation>نصفها خلال %1</translation>
    </message>
    <message>
        <source>nothing was delivered</source>
        <translation>لم يُسلَّم شيء</translation>
    </message>
    <message>
        <source>%1 accepted</source>
        <translation>قُبل %1</translation>
    </message>
    <message>
        <source>%1 dead letters/s</source>
        <translation>%1 رسالة ميتة/ث</translation>
    </message>
    <message>
        <source>oldest waits for %1</source>
        <translation>أقدمها ينتظر منذ %1</translation>
    </message>
    <message>
        <source>nothing waits</source>
        <translation>لا شيء ينتظر</translation>
    </message>
    <message>
        <source>none</source>
        <translation>لا شيء</translation>
    </message>
    <message>
        <source>all healthy</source>
        <translation>كلها سليمة</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>كلها مغلقة</translation>
    </message>
    <message>
        <source>open</source>
        <translation>مفتوح</translation>
    </message>
    <message numerus="yes">
        <source>%n in all</source>
        <translation>
            <numerusform>لا شيء</numerusform>
            <numerusform>واحد في المجموع</numerusform>
            <numerusform>اثنان في المجموع</numerusform>
            <numerusform>%n في المجموع</numerusform>
            <numerusform>%n في المجموع</numerusform>
            <numerusform>%n في المجموع</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 full</source>
        <translation>ممتلئ بنسبة %1</translation>
    </message>
    <message>
        <source>%1 in flight</source>
        <translation>%1 في الطريق</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>مقبولة</translation>
    </message>
    <message>
        <source>delivered</source>
        <translation>مسلَّمة</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>فاشلة</translation>
    </message>
    <message>
        <source>p99</source>
        <translation>p99</translation>
    </message>
    <message>
        <source>undelivered</source>
        <translation>غير مسلَّمة</translation>
    </message>
    <message>
        <source>dead letters</source>
        <translation>رسائل ميتة</translation>
    </message>
    <message>
        <source>connections</source>
        <translation>اتصالات</translation>
    </message>
    <message>
        <source>live</source>
        <translation>مباشر</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>حتى %1</translation>
    </message>
</context>
<context>
    <name>hudhud::console::PluginsPage</name>
    <message>
        <source>Plugins</source>
        <translation>الملحقات</translation>
    </message>
</context>
<context>
    <name>hudhud::console::ProfileBand</name>
    <message>
        <source>Server %1 at %2</source>
        <translation>الخادم %1 على %2</translation>
    </message>
    <message>
        <source>READ-ONLY</source>
        <translation>للقراءة فقط</translation>
    </message>
</context>
<context>
    <name>hudhud::console::ProfileDialog</name>
    <message>
        <source>Choose…</source>
        <translation>اختيار…</translation>
    </message>
    <message>
        <source>Read-only: never change anything from here</source>
        <translation>للقراءة فقط: لا تغيير من هنا أبدًا</translation>
    </message>
    <message>
        <source>Connections — Hudhud</source>
        <translation>الاتصالات — هدهد</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>الخوادم</translation>
    </message>
    <message>
        <source>&amp;New</source>
        <translation>&amp;جديد</translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation>&amp;إزالة</translation>
    </message>
    <message>
        <source>C&amp;onnect</source>
        <translation>&amp;اتصال</translation>
    </message>
    <message>
        <source>hudhud-server token --role operator --claim sub=you</source>
        <translation>hudhud-server token --role operator --claim sub=you</translation>
    </message>
    <message>
        <source>N&amp;ame</source>
        <translation>&amp;الاسم</translation>
    </message>
    <message>
        <source>A&amp;ddress</source>
        <translation>&amp;العنوان</translation>
    </message>
    <message>
        <source>&amp;Token</source>
        <translation>&amp;رمز الدخول</translation>
    </message>
    <message>
        <source>Co&amp;lour</source>
        <translation>&amp;اللون</translation>
    </message>
    <message>
        <source>New server</source>
        <translation>خادم جديد</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>إزالة</translation>
    </message>
    <message>
        <source>Forget the server %1 and its token?</source>
        <translation>أتريد نسيان الخادم %1 ورمز دخوله؟</translation>
    </message>
    <message>
        <source>The address must look like https://push.example.org:8081.</source>
        <translation>يجب أن يكون العنوان مثل https://push.example.org:8081.</translation>
    </message>
    <message>
        <source>A token is needed; hudhud-server token makes one.</source>
        <translation>رمز الدخول لازم؛ ينشئه الأمر hudhud-server token.</translation>
    </message>
    <message>
        <source>Not encrypted</source>
        <translation>غير مشفّر</translation>
    </message>
    <message>
        <source>Without https everybody on the way can read the token and what you see. Connect?</source>
        <translation>بدون https يستطيع كل من في الطريق قراءة رمز الدخول وما تراه. أتريد الاتصال؟</translation>
    </message>
    <message>
        <source>Token not kept</source>
        <translation>لم يُحفظ رمز الدخول</translation>
    </message>
    <message>
        <source>There is no keychain on this machine: the token is forgotten when the console ends. It is never written to a file.</source>
        <translation>لا توجد سلسلة مفاتيح على هذا الجهاز: يُنسى رمز الدخول عند إغلاق اللوحة ولا يُكتب في ملف أبدًا.</translation>
    </message>
</context>
<context>
    <name>hudhud::console::QueuesPage</name>
    <message>
        <source>Waiting by priority</source>
        <translation>بالانتظار حسب الأولوية</translation>
    </message>
    <message>
        <source>Store (all nodes)</source>
        <translation>المخزن (كل العقد)</translation>
    </message>
    <message>
        <source>On the way to disk (this node)</source>
        <translation>في الطريق إلى القرص (هذه العقدة)</translation>
    </message>
    <message>
        <source>Group commit (this node)</source>
        <translation>التثبيت الجماعي (هذه العقدة)</translation>
    </message>
    <message>
        <source>Pending</source>
        <translation>معلّقة</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>الرسائل الميتة</translation>
    </message>
    <message>
        <source>Discarded</source>
        <translation>المستبعدة</translation>
    </message>
    <message>
        <source>Running jobs</source>
        <translation>المهام الجارية</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>الحجم</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>الرسائل</translation>
    </message>
    <message>
        <source>Room for</source>
        <translation>يتسع لـ</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>الامتلاء</translation>
    </message>
    <message>
        <source>Messages per second</source>
        <translation>الرسائل في الثانية</translation>
    </message>
    <message>
        <source>Takes</source>
        <translation>يستغرق</translation>
    </message>
    <message>
        <source>Commits</source>
        <translation>التثبيتات</translation>
    </message>
    <message>
        <source>In one commit</source>
        <translation>في التثبيت الواحد</translation>
    </message>
    <message>
        <source>Waiting writes</source>
        <translation>كتابات بالانتظار</translation>
    </message>
    <message>
        <source>Waiting reads</source>
        <translation>قراءات بالانتظار</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>الأخطاء</translation>
    </message>
</context>
<context>
    <name>hudhud::console::RecipientPage</name>
    <message>
        <source>Send a test message</source>
        <translation>إرسال رسالة تجريبية</translation>
    </message>
    <message>
        <source>Disconnect…</source>
        <translation>قطع الاتصال…</translation>
    </message>
    <message>
        <source>Phone number with country code, like 967771234567</source>
        <translation>رقم الهاتف مع رمز البلد، مثل 967771234567</translation>
    </message>
    <message>
        <source>Recipient</source>
        <translation>المستلم</translation>
    </message>
    <message>
        <source>Reveal</source>
        <translation>كشف</translation>
    </message>
    <message>
        <source>Show phone numbers and contents. Needs a right, and is audited.</source>
        <translation>إظهار أرقام الهواتف والمحتويات. يحتاج إلى صلاحية ويُسجَّل في التدقيق.</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>بحث</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>الاتصالات</translation>
    </message>
    <message>
        <source>Not connected to this node.</source>
        <translation>غير متصل بهذه العقدة.</translation>
    </message>
    <message>
        <source>Last delivered</source>
        <translation>آخر ما سُلّم</translation>
    </message>
    <message>
        <source>Nothing was delivered lately.</source>
        <translation>لم يُسلَّم شيء مؤخرًا.</translation>
    </message>
    <message>
        <source>Failures</source>
        <translation>حالات الفشل</translation>
    </message>
    <message>
        <source>Nothing failed lately.</source>
        <translation>لم يفشل شيء مؤخرًا.</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>الرسائل الميتة</translation>
    </message>
    <message>
        <source>No dead letters.</source>
        <translation>لا رسائل ميتة.</translation>
    </message>
    <message>
        <source>Who is it about?</source>
        <translation>عمّن تبحث؟</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>الحالة</translation>
    </message>
    <message>
        <source>Online since</source>
        <translation>متصل منذ</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>بالانتظار</translation>
    </message>
    <message>
        <source>As node</source>
        <translation>حسب العقدة</translation>
    </message>
    <message>
        <source>A test message from support.</source>
        <translation>رسالة تجريبية من الدعم.</translation>
    </message>
    <message>
        <source>The test message is on its way: %1</source>
        <translation>الرسالة التجريبية في طريقها: %1</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>اعرضها</translation>
    </message>
    <message>
        <source>Disconnect — %1</source>
        <translation>قطع الاتصال — %1</translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) of %1 will be closed.</source>
        <translation>
            <numerusform>لا اتصال للرقم %1.</numerusform>
            <numerusform>سيُغلق اتصال واحد للرقم %1.</numerusform>
            <numerusform>سيُغلق اتصالان للرقم %1.</numerusform>
            <numerusform>ستُغلق %n اتصالات للرقم %1.</numerusform>
            <numerusform>سيُغلق %n اتصالًا للرقم %1.</numerusform>
            <numerusform>سيُغلق %n اتصال للرقم %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>قطع الاتصال</translation>
    </message>
    <message>
        <source>Disconnected.</source>
        <translation>قُطع الاتصال.</translation>
    </message>
</context>
<context>
    <name>hudhud::console::RecordTable</name>
    <message>
        <source>Nothing here.</source>
        <translation>لا شيء هنا.</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>جارٍ التحميل…</translation>
    </message>
    <message>
        <source>Nothing matches the filter.</source>
        <translation>لا شيء يطابق التصفية.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Copy as JSON</source>
        <translation>نسخ بصيغة JSON</translation>
    </message>
    <message>
        <source>Copy this list as a curl command</source>
        <translation>نسخ هذه القائمة كأمر curl</translation>
    </message>
</context>
<context>
    <name>hudhud::console::ReplayDialog</name>
    <message>
        <source>Also messages that reached the delivery limit (likely poison)</source>
        <translation>وكذلك الرسائل التي بلغت حد التسليم (يُرجح أنها معطوبة)</translation>
    </message>
    <message>
        <source>Replay — %1</source>
        <translation>إعادة الإرسال — %1</translation>
    </message>
    <message>
        <source>Replay</source>
        <translation>إعادة الإرسال</translation>
    </message>
    <message>
        <source>Copy as command</source>
        <translation>نسخ كأمر</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>بلا حد</translation>
    </message>
    <message>
        <source> messages/s</source>
        <translation> رسالة/ث</translation>
    </message>
    <message>
        <source>no canary</source>
        <translation>بلا عيّنة</translation>
    </message>
    <message>
        <source>for the audit, like: the app was updated</source>
        <translation>لسجل التدقيق، مثل: حُدّث التطبيق</translation>
    </message>
    <message>
        <source>&amp;Rate</source>
        <translation>&amp;المعدل</translation>
    </message>
    <message>
        <source>&amp;Canary first</source>
        <translation>&amp;عيّنة أولًا</translation>
    </message>
    <message>
        <source>&amp;Stop if more of it fail</source>
        <translation>&amp;التوقف إذا فشل منها أكثر من</translation>
    </message>
    <message>
        <source>&amp;Why</source>
        <translation>&amp;السبب</translation>
    </message>
    <message>
        <source>Dry run…</source>
        <translation>تشغيل تجريبي…</translation>
    </message>
    <message>
        <source>Dry run: %1 of %2 selected would go.</source>
        <translation>تشغيل تجريبي: سيُرسل %1 من %2 محددة.</translation>
    </message>
    <message>
        <source>%1 would be refused: %2.</source>
        <translation>سيُرفض %1: %2.</translation>
    </message>
    <message>
        <source>It would take about %1.</source>
        <translation>سيستغرق ذلك نحو %1.</translation>
    </message>
    <message>
        <source>You may look, but not replay.</source>
        <translation>يحق لك النظر دون إعادة الإرسال.</translation>
    </message>
    <message numerus="yes">
        <source>Replay %n message(s)</source>
        <translation>
            <numerusform>لا رسائل للإعادة</numerusform>
            <numerusform>إعادة إرسال رسالة واحدة</numerusform>
            <numerusform>إعادة إرسال رسالتين</numerusform>
            <numerusform>إعادة إرسال %n رسائل</numerusform>
            <numerusform>إعادة إرسال %n رسالة</numerusform>
            <numerusform>إعادة إرسال %n رسالة</numerusform>
        </translation>
    </message>
</context>
</TS>
